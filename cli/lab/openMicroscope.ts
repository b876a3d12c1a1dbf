import { setImmediate } from 'node:timers/promises';
import { openHttpMicroscope } from '../../harness/drivers/http/index.ts';
import { openProgramMicroscope } from '../../harness/drivers/program/index.ts';
import { openReplayMicroscope } from '../../harness/drivers/replay/index.ts';
import { openTemscriptMicroscope } from '../../harness/drivers/temscript/index.ts';
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
import { openProgramFolder } from './programFolder.ts';
import { replayRemarks } from './replayRemarks.ts';

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
  /** What it cannot do, a sentence each; nothing where it is left out. */
  readonly lacks?: readonly string[];
  /** Of a simulated one: the instrument that it is. */
  readonly preset?: string;
  /** What there is to say of its frames since the last time; asked after every frame, and at the end. */
  readonly remarks?: () => readonly string[];
}

/** How a microscope may be asked for, for help texts and messages. */
export const microscopeForms =
  'sim:PRESET, e.g. sim:merlin or sim:random:17; http://HOST:PORT of a server; temscript:HOST:PORT; replay:FILE, a series.json; exec:COMMAND, your own program';

/** Opens what follows the scheme of a URI. */
export type Opener = (rest: string, simulation: SimulationChoice) => Promise<OpenedMicroscope>;

const openers: Readonly<Record<string, Opener>> = {
  sim: openPreset,
  http: (rest) => openServer(`http:${rest}`),
  https: (rest) => openServer(`https:${rest}`),
  temscript: openTemscript,
  replay: openReplay,
  exec: openProgram,
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

/** A microscope behind a server; SEMFOCUS_TOKEN holds the token of one that wants it. */
async function openServer(url: string): Promise<OpenedMicroscope> {
  const token = process.env.SEMFOCUS_TOKEN;
  const microscope = await openHttpMicroscope(url, token ? { token } : {});
  const { pixelSizeNm, dwellTimeNs, calibration, lacks } = microscope;
  return { microscope, pixelSizeNm, dwellTimeNs, ...(calibration && { calibration }), lacks };
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
    preset: presetText,
  };
}

async function openReplay(manifestFile: string): Promise<OpenedMicroscope> {
  const remarks = replayRemarks();
  const microscope = await openReplayMicroscope(manifestFile, remarks.played);
  const { pixelSizeNm, dwellTimeNs, calibration } = microscope;
  return {
    microscope: {
      ...microscope,
      close() {
        remarks.ended();
        return microscope.close();
      },
    },
    ...{ pixelSizeNm, dwellTimeNs },
    ...(calibration && { calibration }),
    remarks: remarks.take,
  };
}

async function openTemscript(address: string): Promise<OpenedMicroscope> {
  const microscope = await openTemscriptMicroscope(address);
  const { pixelSizeNm, dwellTimeNs, lacks } = microscope;
  return { microscope, pixelSizeNm, dwellTimeNs, lacks };
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

/** For the first answer of a program: the libraries of an instrument take their time to load. */
const helloMs = 60_000;
/** For a program to leave the instrument safe once semfocus has ended, however it has. */
const leavingMs = 10_000;

async function openProgram(command: string): Promise<OpenedMicroscope> {
  const programs = openProgramFolder(leavingMs);
  try {
    const { pixelSizeNm, dwellTimeNs, ...microscope } = await openProgramMicroscope(command, {
      folder: programs.folder,
      timeoutMs: helloMs,
      now: () => new Date(),
    });
    return {
      microscope: {
        ...microscope,
        async close() {
          await microscope.close();
          programs.close();
        },
      },
      ...{ pixelSizeNm, dwellTimeNs },
    };
  } catch (error) {
    programs.close();
    throw error;
  }
}
