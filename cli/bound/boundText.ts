import type { FocusChange } from '../../harness/microscope/index.ts';
import { signed } from '../terminal/signed.ts';
import type { Bounds, Ladder } from './boundLadders.ts';

/** JSON has no infinity: null says that nothing is known of a component. */
export function ladderJson({ area, rungs, doseToMargins: { known, unknown } }: Ladder) {
  return {
    area: area.name,
    px: area.px,
    bounds: rungs.map(({ dose, sd }) => ({ ...dose, known: sd.known, unknown: sd.unknown })),
    doseToMarginsElectronsPerNm2: { known: known ?? null, unknown: unknown ?? null },
  };
}

/** What the bounds are of, in two lines. */
export function boundHeading(about: Bounds['about']): string {
  const { workingDistanceUm, stigmatorX, stigmatorY } = about.deviation;
  return (
    `${about.preset}, ${about.psf} probe, ${about.specimen}, ${about.pixelSizeNm} nm pixels\n` +
    `one pair at ± ${about.perturbationUm} µm, ${signed(workingDistanceUm)} µm and ${signed(stigmatorX)}, ${signed(stigmatorY)} units from best focus\n`
  );
}

/** One row per dose. */
export function ladderTable({ area, rungs, doseToMargins: { known, unknown } }: Ladder): string {
  const columns = ['wd, µm', 'stig x', 'stig y'].map((label) => label.padStart(9)).join('');
  const cells = (sd: FocusChange) =>
    [sd.workingDistanceUm, sd.stigmatorX, sd.stigmatorY]
      .map((value) => number(value).padStart(9))
      .join('');
  const rows = rungs.map(
    ({ dose, sd }) =>
      `${number(dose.doseElectronsPerNm2).padStart(7)}${number(dose.dwellTimeNs).padStart(8)} ${cells(sd.known)}  ${cells(sd.unknown)}\n`,
  );
  const enough = (dose: number | undefined) =>
    (dose === undefined ? 'at no dose' : number(dose)).padStart(18);
  return (
    `${area.label}\n` +
    `${''.padStart(16)}${'spectrum known'.padStart(27)}  ${'spectrum and gain unknown'.padStart(27)}\n` +
    `${'e/nm²'.padStart(7)}${'ns'.padStart(8)} ${columns}  ${columns}\n` +
    `${rows.join('')}` +
    `e/nm² to margins${enough(known).padStart(27)}  ${enough(unknown).padStart(27)}\n`
  );
}

/** Three digits, as plain as they can be. */
function number(value: number): string {
  if (!Number.isFinite(value)) return '∞';
  const digits = value >= 100 ? Math.round(value).toString() : value.toPrecision(3);
  return value > 0 && (value < 1e-4 || value >= 1e6) ? value.toExponential(1) : digits;
}
