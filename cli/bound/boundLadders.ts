import { basename } from 'node:path';
import { boundSd, pairInformation, scaleInformation, type Told } from '../../baselines/index.ts';
import {
  aberrationOfDeviation,
  type Calibration,
  ConfigError,
  dwellTimeNsForDose,
  type ExposingBeam,
  type FocusChange,
  type FocusLimits,
  frameDoseElectronsPerNm2,
  type ProbeShape,
} from '../../harness/microscope/index.ts';
import { defaultMargins } from '../../harness/record/index.ts';
import {
  exposingBeam,
  type Preset,
  presetCalibration,
  presetNamed,
  type SpecimenTruth,
} from '../../sim/index.ts';
import { openSimulation } from '../lab/index.ts';
import { progressBar } from '../terminal/progressBar.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { doseToMargins } from './doseToMargins.ts';

/** What `semfocus bound` is asked for. */
export interface BoundOptions {
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

/** Standard deviations, with and without knowledge of the spectrum. */
type Sds = Readonly<Record<Told, FocusChange>>;

/** The evaluated area: a patch, several, or the frame. */
interface Area {
  readonly name: 'patch' | 'patches' | 'frame';
  readonly label: string;
  readonly px: number;
}

/** The bounds of one area over the doses. */
export interface Ladder {
  readonly area: Area;
  readonly rungs: readonly { readonly dose: Dose; readonly sd: Sds }[];
  readonly doseToMargins: Readonly<Record<Told, number | undefined>>;
}

interface Dose {
  readonly dwellTimeNs: number;
  readonly doseElectronsPerNm2: number;
}

/** All bounds, and the setting that they hold for. */
export interface Bounds {
  readonly about: {
    readonly preset: string;
    readonly psf: ProbeShape;
    readonly specimen: string;
    readonly seed: number;
    readonly pixelSizeNm: number;
    readonly frame: { readonly width: number; readonly height: number };
    readonly deviation: FocusChange;
    readonly perturbationUm: number;
    readonly margins: FocusLimits;
  };
  readonly ladders: readonly Ladder[];
}

/**
 * Works the bounds out, with a progress bar.
 *
 * @throws ConfigError if the patches do not fit into the frame, or for what opening the specimen throws.
 */
export async function boundLadders(options: BoundOptions, terminal: Terminal): Promise<Bounds> {
  const areas = areasOf(options);
  const preset = presetNamed(options.preset);
  const pixelSizeNm = options.pixelSize ?? preset.scan.pixelSizeNm;
  const beam = exposingBeam(preset);
  const doses = dosesOf(options, beam, pixelSizeNm);
  const steps = 1 + doses.length + 2 * areas.length;
  const progress = progressBar(terminal, 'bounds', steps);
  const specimen = await specimenTruth(options, preset, pixelSizeNm);
  progress.advance(1);

  // The instrument itself, not its measured calibration: this is a bound, not an estimate.
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
  return { about, ladders };
}

/** @throws ConfigError if the patches do not lie side by side in the frame. */
function areasOf({ width, height, patches, patchSide }: BoundOptions): Area[] {
  const fitting = Math.floor(width / patchSide) * Math.floor(height / patchSide);
  if (fitting === 0) {
    throw new ConfigError(
      `--patch-side must be at most ${Math.min(width, height)}, the shorter side of a frame of ${width} x ${height} px. Received ${patchSide}`,
    );
  }
  if (patches > fitting) {
    throw new ConfigError(
      `--patches must be at most ${fitting}, the number of patches of ${patchSide} px in a frame of ${width} x ${height} px. Received ${patches}`,
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
  const { stageX, stageY, width, height } = options;
  // Of the specimen alone: the shape of the probe does not matter.
  const { psf: _, ...under } = options;
  const { microscope, truth } = await openSimulation(preset, under);
  await microscope.moveStage({ xUm: stageX, yUm: stageY });
  const { dwellTimeNs } = preset.scan;
  return truth.specimenUnder({ width, height, pixelSizeNm, dwellTimeNs });
}
