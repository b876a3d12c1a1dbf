import { setImmediate } from 'node:timers/promises';
import {
  addFocus,
  type Calibration,
  ConfigError,
  deviationOfAberration,
  type Microscope,
} from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import { calibrationOf, presetCalibration, presetNamed } from '../../sim/index.ts';
import { armed } from './armed.ts';
import { openSimulation, type SpecimenOptions } from './openSimulation.ts';

/** What lies under a simulated microscope, and how it was left. */
export interface SimulationChoice extends SpecimenOptions {
  /** Half the range from which z, a and b of the start are drawn, um. */
  readonly startUm: number;
}

/** A microscope, and the pixel size and dwell time of its frames by default. */
export interface OpenedMicroscope {
  readonly microscope: Microscope;
  readonly pixelSizeNm: number;
  readonly dwellTimeNs: number;
  /** Absent if it has to be measured first. */
  readonly calibration?: Calibration;
}

/** How a microscope may be asked for, for help texts and messages. */
export const microscopeForms =
  'sim:PRESET, e.g. sim:merlin, sim:merlin-real~coma=0 or sim:random:17';

/** Opens what follows the scheme of a URI. */
export type Opener = (rest: string, simulation: SimulationChoice) => Promise<OpenedMicroscope>;

const openers: Readonly<Record<string, Opener>> = {
  sim: openPreset,
};

/**
 * Opens a microscope by its URI.
 *
 * @param arm - Whether it may be hardware.
 * @param by - How to open each scheme.
 * @throws ConfigError if the URI or a name in it is unknown, or the microscope is hardware that is not
 *   armed; whatever opening it throws.
 */
export async function openMicroscope(
  uri: string,
  simulation: SimulationChoice,
  arm = false,
  by: Readonly<Record<string, Opener>> = openers,
): Promise<OpenedMicroscope> {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/s.exec(uri) ?? [];
  const open = Object.hasOwn(by, scheme) ? by[scheme] : undefined;
  if (open !== undefined && rest !== '') return armed(await open(rest, simulation), uri, arm);
  throw new ConfigError(`--microscope must be ${microscopeForms}. Received ${JSON.stringify(uri)}`);
}

async function openPreset(
  presetText: string,
  simulation: SimulationChoice,
): Promise<OpenedMicroscope> {
  const { seed, psf, startUm } = simulation;
  const preset = presetNamed(presetText);
  const { microscope, truth } = await openSimulation(preset, simulation);
  const random = new RandomStream(seed, 'start');
  const drawn = () => random.uniformBetween(-startUm, startUm);
  const start = deviationOfAberration(
    { zUm: drawn(), aUm: drawn(), bUm: drawn() },
    presetCalibration(preset).stigmatorMatrixUmPerUnit,
  );
  await microscope.writeFocus(addFocus(truth.bestFocus(), start));
  const { pixelSizeNm, dwellTimeNs } = preset.scan;
  return {
    microscope: yielding(microscope),
    pixelSizeNm,
    dwellTimeNs,
    calibration: calibrationOf(presetText, psf).values,
  };
}

/** Lets signals and timers in between frames: a simulation alone never waits for anything. */
function yielding(microscope: Microscope): Microscope {
  return {
    ...microscope,
    async acquireFrame(request, options) {
      await setImmediate();
      return microscope.acquireFrame(request, options);
    },
  };
}
