import { basename } from 'node:path';
import type { Command } from 'commander';
import { boundSd, pairInformation, scaleInformation, type Told } from '../../baselines/index.ts';
import {
  aberrationOfDeviation,
  type Calibration,
  ConfigError,
  dwellTimeNsForDose,
  type ExposingBeam,
  type FocusChange,
  frameDoseElectronsPerNm2,
  type ProbeShape,
} from '../../harness/microscope/index.ts';
import { defaultMargins } from '../../harness/record/index.ts';
import {
  createSimulatedMicroscope,
  exposingBeam,
  type Preset,
  presetCalibration,
  presetNamed,
  type SpecimenTruth,
} from '../../sim/index.ts';
import { chooseSpecimen, openSpecimen } from '../lab/index.ts';
import { doseToMargins } from '../report/doseToMargins.ts';
import {
  numberOption,
  numbersOption,
  presetOption,
  psfOption,
  specimenPixelSizeOption,
  textOption,
} from '../terminal/options.ts';
import { progressBar } from '../terminal/progressBar.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface BoundOptions {
  readonly preset: string;
  readonly psf?: ProbeShape;
  readonly specimen: string;
  readonly specimenPixelSize: number;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly pixelSize?: number;
  readonly patches: number;
  readonly patchSide: number;
  readonly dose?: number[];
  readonly dwell?: number[];
  readonly wd: number;
  readonly stigX: number;
  readonly stigY: number;
  readonly perturbation: number;
  readonly stageX: number;
  readonly stageY: number;
  readonly json?: boolean;
}

/** The dose ladder of the benchmark, electrons per nm2 and frame. */
const usualDoses = [1, 2, 5, 10, 19, 37, 75];
/** Where an algorithm counts as having converged, everywhere in the benchmark. */

/** `semfocus bound`: what no unbiased estimator of a pair of frames can beat. */
export function addBoundCommand(command: Command, terminal: Terminal): void {
  command
    .addOption(presetOption('instrument'))
    .addOption(psfOption("shape of the probe; the preset's own where left out"))
    .addOption(
      textOption('--specimen <name|file>', 'specimen, or PNG or TIFF of one').default('tissue'),
    )
    .addOption(specimenPixelSizeOption())
    .addOption(
      numberOption('--seed <n>', 'seed of the specimen', { isWhole: true, from: 0 }).default(1),
    )
    .addOption(sizeOption('--width <px>', 'columns of a frame', 32_768).default(2048))
    .addOption(sizeOption('--height <px>', 'rows of a frame', 32_768).default(1536))
    .addOption(numberOption('--pixel-size <nm>', "the preset's own where left out", { above: 0 }))
    .addOption(sizeOption('--patch-side <px>', 'side of a square patch', 4096).default(768))
    .addOption(
      numberOption('--patches <n>', 'patches side by side in a frame', {
        isWhole: true,
        from: 1,
      }).default(4),
    )
    .addOption(
      numbersOption('--dose <e/nm2,...>', 'electrons per nm2 in each of the two frames', {
        above: 0,
      }).default(usualDoses, usualDoses.join(',')),
    )
    .addOption(
      numbersOption('--dwell <ns,...>', 'dwell times, in place of doses', {
        above: 0,
      }).conflicts('dose'),
    )
    .addOption(
      numberOption('--perturbation <um>', 'half the difference of the two working distances', {
        from: 0.1,
        to: 100,
        unit: 'um',
      }).default(5),
    )
    .addOption(
      numberOption('--wd <um>', 'working distance midway, minus best focus', {
        from: -200,
        to: 200,
        unit: 'um',
      }).default(0),
    )
    .addOption(numberOption('--stig-x <unit>', 'stigmator x minus best setting').default(0))
    .addOption(numberOption('--stig-y <unit>', 'stigmator y minus best setting').default(0))
    .addOption(numberOption('--stage-x <um>', 'place on the specimen').default(0))
    .addOption(numberOption('--stage-y <um>', 'place on the specimen').default(0))
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Standard deviations that no unbiased estimate from one pair of frames comes
below: for one patch, for all patches, for the whole frame. They hold for a
Gaussian random field with the specimen's own spectrum, a plain probe (a disc
where the shape is wave) and white shot noise. "known": the estimator has been
told the spectrum and the gain between the frames; "unknown": it must find both.
The last line of each part is the dose, in electrons per nm2 and frame, from
which on all three are inside the margins of 1 um and 0.25 stigmator units.

Examples:
  semfocus bound --psf disc --patches 10 --patch-side 384
  semfocus bound --specimen tin --dwell 50,100,200 --wd 5 --stig-x 1
  semfocus bound --width 1024 --height 768 --patches 1 --perturbation 4 --json`,
    )
    .action((options: BoundOptions) => bound(options, terminal));
}

function sizeOption(flags: string, description: string, to: number) {
  return numberOption(flags, description, { isWhole: true, from: 16, to, unit: 'px' });
}

/** Standard deviations, with and without knowledge of the spectrum. */
type Sds = Readonly<Record<Told, FocusChange>>;

/** What is looked at: a patch, several, or the frame. */
interface Area {
  readonly name: 'patch' | 'patches' | 'frame';
  readonly label: string;
  readonly px: number;
}

interface Ladder {
  readonly area: Area;
  readonly rungs: readonly { readonly dose: Dose; readonly sd: Sds }[];
  readonly doseToMargins: Readonly<Record<Told, number | undefined>>;
}

interface Dose {
  readonly dwellTimeNs: number;
  readonly doseElectronsPerNm2: number;
}

async function bound(options: BoundOptions, terminal: Terminal): Promise<void> {
  const areas = areasOf(options);
  const preset = presetNamed(options.preset);
  const pixelSizeNm = options.pixelSize ?? preset.scan.pixelSizeNm;
  const beam = exposingBeam(preset);
  const doses = dosesOf(options, beam, pixelSizeNm);
  const steps = 1 + doses.length + 2 * areas.length;
  const progress = progressBar(terminal, 'bounds', steps);
  const specimen = await specimenTruth(options, preset, pixelSizeNm);
  progress.advance(1);

  // The instrument itself, not what was measured of it: this is a bound, not an estimate.
  const isGaussian = (options.psf ?? preset.beam.psf) === 'gaussian';
  const calibration: Calibration = {
    ...presetCalibration(preset),
    psf: isGaussian ? 'gaussian' : 'disc',
  };
  const matrix = calibration.stigmatorMatrixUmPerUnit;
  const deviation: FocusChange = {
    workingDistanceUm: options.wd,
    stigmatorX: options.stigX,
    stigmatorY: options.stigY,
  };
  const information = pairInformation({
    optics: calibration,
    specimen,
    pixelSizeNm,
    midway: aberrationOfDeviation(deviation, matrix),
    perturbationUm: options.perturbation,
  });
  const sdOf = (factor: number, told: Told, { px }: Area) =>
    boundSd(scaleInformation(information(factor, told), px), matrix);
  const { dwellTimeNs } = preset.scan;
  const usualDose = frameDoseElectronsPerNm2(beam, { pixelSizeNm, dwellTimeNs });

  const perDose = doses.map((dose) => {
    const factor = dose.doseElectronsPerNm2 / usualDose;
    const each = { known: information(factor, 'known'), unknown: information(factor, 'unknown') };
    progress.advance(1);
    return { dose, each };
  });
  const ladders = areas.map((area): Ladder => {
    const enough = (told: Told) => {
      const factor = doseToMargins((one) => sdOf(one, told, area), defaultMargins);
      progress.advance(1);
      return factor === undefined ? undefined : factor * usualDose;
    };
    return {
      area,
      rungs: perDose.map(({ dose, each }) => ({
        dose,
        sd: {
          known: boundSd(scaleInformation(each.known, area.px), matrix),
          unknown: boundSd(scaleInformation(each.unknown, area.px), matrix),
        },
      })),
      doseToMargins: { known: enough('known'), unknown: enough('unknown') },
    };
  });
  progress.end();
  const about = {
    preset: preset.name,
    psf: calibration.psf,
    specimen: basename(options.specimen),
    seed: options.seed,
    pixelSizeNm,
    frame: { width: options.width, height: options.height },
    deviation,
    perturbationUm: options.perturbation,
    margins: defaultMargins,
  };
  terminal.out(
    options.json === true
      ? `${JSON.stringify({ ...about, areas: ladders.map(written) }, null, 2)}\n`
      : `${heading(about)}\n${ladders.map(table).join('\n')}`,
  );
}

/** @throws ConfigError if the patches do not lie side by side in the frame. */
function areasOf({ width, height, patches, patchSide }: BoundOptions): Area[] {
  const fitting = Math.floor(width / patchSide) * Math.floor(height / patchSide);
  if (patches > fitting) {
    throw new ConfigError(
      `--patches must be at most ${fitting}: so many patches of ${patchSide} px lie side by side in a frame of ${width} x ${height} px. Received ${patches}`,
      { hint: 'choose fewer or smaller patches (--patch-side), or a larger frame' },
    );
  }
  const px = patchSide * patchSide;
  const size = `${patchSide} x ${patchSide} px`;
  return [
    { name: 'patch', label: `one patch of ${size}`, px },
    ...(patches > 1
      ? [{ name: 'patches' as const, label: `${patches} patches of ${size}`, px: patches * px }]
      : []),
    { name: 'frame', label: `the whole frame, ${width} x ${height} px`, px: width * height },
  ];
}

function dosesOf(
  { dwell, dose = [] }: BoundOptions,
  beam: ExposingBeam,
  pixelSizeNm: number,
): Dose[] {
  const dwells = dwell ?? dose.map((one) => dwellTimeNsForDose(one, beam, pixelSizeNm));
  return dwells.map((dwellTimeNs) => ({
    dwellTimeNs,
    doseElectronsPerNm2: frameDoseElectronsPerNm2(beam, { pixelSizeNm, dwellTimeNs }),
  }));
}

/** The specimen under a frame, at the preset's own dwell time. */
async function specimenTruth(
  options: BoundOptions,
  preset: Preset,
  pixelSizeNm: number,
): Promise<SpecimenTruth> {
  const { specimen: named, specimenPixelSize, seed, stageX, stageY, width, height } = options;
  const choice = await chooseSpecimen(named, specimenPixelSize);
  const { microscope, truth } = createSimulatedMicroscope({
    preset,
    specimen: await openSpecimen(
      'file' in choice ? { name: named, seed, file: choice.file } : { name: choice.name, seed },
    ),
    seed,
    run: 0,
    stage: { xUm: 0, yUm: 0 },
  });
  await microscope.moveStage({ xUm: stageX, yUm: stageY });
  const { dwellTimeNs } = preset.scan;
  return truth.specimenUnder({ width, height, pixelSizeNm, dwellTimeNs });
}

/** JSON has no infinity: null says that nothing is known of a component. */
function written({ area, rungs, doseToMargins: { known, unknown } }: Ladder) {
  return {
    area: area.name,
    px: area.px,
    bounds: rungs.map(({ dose, sd }) => ({ ...dose, known: sd.known, unknown: sd.unknown })),
    doseToMarginsElectronsPerNm2: { known: known ?? null, unknown: unknown ?? null },
  };
}

interface About {
  readonly preset: string;
  readonly psf: string;
  readonly specimen: string;
  readonly pixelSizeNm: number;
  readonly deviation: FocusChange;
  readonly perturbationUm: number;
}

function heading(about: About): string {
  const { workingDistanceUm, stigmatorX, stigmatorY } = about.deviation;
  return (
    `${about.preset}, ${about.psf} probe, ${about.specimen}, ${about.pixelSizeNm} nm pixels\n` +
    `one pair at ± ${about.perturbationUm} µm, ${signed(workingDistanceUm)} µm and ${signed(stigmatorX)}, ${signed(stigmatorY)} units from best focus\n`
  );
}

/** One row per dose. */
function table({ area, rungs, doseToMargins: { known, unknown } }: Ladder): string {
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

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value)}`;
}
