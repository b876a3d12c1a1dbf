import { contactSheet } from '../../harness/image/index.ts';
import type { Frame, ProbeShape } from '../../harness/microscope/index.ts';
import type { SeriesAxes, SeriesFrame } from './frameSeries.ts';

/** What all frames of a sheet have in common. */
export interface SheetSubject {
  readonly specimen: string;
  readonly preset: string;
  readonly psf: ProbeShape;
  readonly pixelSizeNm: number;
  readonly stigmatorUnit: string;
}

/** A frame that was taken, and how. */
export type TakenFrame = SeriesFrame & Pick<Frame, 'pixels' | 'doseElectronsPerNm2'>;

/**
 * A series on one sheet: the first parameter that varies runs from left to right, the others from
 * top to bottom.
 *
 * @param frames - One per combination, in the order of `framesOf`.
 * @returns The SVG of {@link contactSheet}.
 */
export function seriesSheet(
  frames: readonly TakenFrame[],
  axes: SeriesAxes,
  subject: SheetSubject,
): string {
  const { wd, stigX, stigY, dwell } = axes;
  const columns = [wd, stigX, stigY, dwell].find(({ length }) => length > 1)?.length ?? 1;
  const rowCount = frames.length / columns;
  const tiles = frames.map((frame) => ({
    label: stateLabel(frame, axes, subject.stigmatorUnit),
    pixels: frame.pixels,
  }));
  const rows = Array.from({ length: rowCount }, (_, row) =>
    tiles.filter((_, i) => i % rowCount === row),
  );
  return contactSheet({ title: titleOf(frames, subject), rows, pixelSizeNm: subject.pixelSizeNm });
}

/** Dwell time and dose stand here where all frames share them. */
function titleOf(
  frames: readonly TakenFrame[],
  { specimen, preset, psf, pixelSizeNm }: SheetSubject,
): string {
  const exposures = new Set(frames.map(exposureLabel));
  return [
    specimen,
    preset,
    `${psf} probe`,
    `${pixelSizeNm} nm/px`,
    ...(exposures.size === 1 ? exposures : []),
  ].join(' · ');
}

/**
 * A state in the field's notation, a line for each parameter: `WD +5 µm`, and of the rest what the
 * series varies or what is not as in best focus.
 */
function stateLabel(
  frame: TakenFrame,
  { stigX, stigY, dwell }: SeriesAxes,
  stigmatorUnit: string,
): string[] {
  const { workingDistanceUm, stigmatorX, stigmatorY } = frame.deviation;
  const stigmators = [
    { name: 'stig x', values: stigX, value: stigmatorX },
    { name: 'stig y', values: stigY, value: stigmatorY },
  ];
  return [
    `WD ${withSign(workingDistanceUm)} µm`,
    ...stigmators
      .filter(({ values, value }) => values.length > 1 || value !== 0)
      .map(({ name, value }) => `${name} ${withSign(value)} ${stigmatorUnit}`),
    ...(dwell.length > 1 ? [exposureLabel(frame)] : []),
  ];
}

function exposureLabel({ dwellTimeNs, doseElectronsPerNm2 }: TakenFrame): string {
  return `${dwellTimeNs} ns, ${Number(doseElectronsPerNm2.toPrecision(3))} e/nm²`;
}

/** With a minus sign as wide as the plus; zero has neither. */
function withSign(value: number): string {
  const sign = value < 0 ? '−' : '+';
  return value === 0 ? '0' : `${sign}${Math.abs(value)}`;
}
