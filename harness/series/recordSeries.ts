import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '../config/index.ts';
import { assertWritable, makeFolder, writeAtomically } from '../files/index.ts';
import { writeTiffFile } from '../image/index.ts';
import {
  type Calibration,
  ConfigError,
  type Frame,
  isSemfocusError,
  type Microscope,
  type StagePosition,
} from '../microscope/index.ts';
import { PlaceNames } from './PlaceNames.ts';
import { type Series, type SeriesFrame, seriesFrameSchema } from './seriesSchema.ts';

/** What is told of the microscope that is recorded. */
export interface RecordedAbout {
  /** What its algorithms are told, if that is known. */
  readonly calibration?: Calibration | undefined;
  /** The simulated instrument, if it is one. */
  readonly preset?: string | undefined;
}

/** A folder that frames are recorded into. */
export interface SeriesRecording {
  /** Path of the manifest. */
  readonly manifest: string;
  /** Frames that the manifest names. */
  readonly frames: number;
  /** Why the recording has ended before its time. */
  readonly failure: unknown;
  /**
   * Writes a frame, then the manifest that names it: what is in the folder is complete at every moment.
   * Does nothing once the recording has failed.
   *
   * @throws ConfigError if they cannot be written, or the instrument reports what no manifest can hold.
   */
  keep(frame: Frame): Promise<void>;
}

const manifestName = 'series.json';
const calibrationName = 'calibration.json';

/**
 * Records the frames of a microscope as TIFF files with a manifest, `series.json`, that `replay:` and `semfocus validate` read.
 *
 * @param folder - Is made; may hold nothing.
 * @param microscope - Is asked what it is and where it stands, and not kept.
 * @throws ConfigError if the folder holds something or cannot be written; what asking the microscope throws.
 */
export async function recordSeries(
  folder: string,
  microscope: Microscope,
  { calibration, preset }: RecordedAbout,
): Promise<SeriesRecording> {
  const manifest = join(folder, manifestName);
  await makeFolder(folder);
  const [found] = await readdir(folder);
  if (found !== undefined) {
    throw new ConfigError(`--record must be a new or empty folder. ${folder} holds ${found}`);
  }
  await assertWritable(manifest);
  if (calibration !== undefined) {
    await writeAtomically(join(folder, calibrationName), jsonText(calibration));
  }
  const description = await microscope.describe();
  const { workingDistanceUm, stigmatorX, stigmatorY } = await microscope.readFocus();
  const stage = await stageOf(microscope);
  const frames: SeriesFrame[] = [];
  const head: Omit<Series, 'frames'> = {
    schema: 1,
    instrument: {
      name: description.name,
      description,
      preset: preset ?? null,
      calibration: calibration === undefined ? null : calibrationName,
      stigmatorMatrixUmPerUnit: null,
    },
    inFocusAt: null,
    start: { workingDistanceUm, stigmatorX, stigmatorY, stage },
  };
  const places = new PlaceNames();
  let failure: unknown;
  let previous: Promise<void> = Promise.resolve();

  async function write(frame: Frame): Promise<void> {
    if (failure !== undefined) return;
    try {
      const file = `frame-${String(frames.length + 1).padStart(4, '0')}.tif`;
      const place = places.nameOf(frame.actual.stage);
      const entry = parseConfig(seriesFrameSchema, entryOf(file, place, frame), file);
      await writeTiffFile(join(folder, file), frame.pixels);
      await writeAtomically(manifest, jsonText({ ...head, frames: [...frames, entry] }));
      frames.push(entry);
    } catch (error) {
      failure = error;
      throw error;
    }
  }

  return {
    manifest,
    get frames() {
      return frames.length;
    },
    get failure() {
      return failure;
    },
    keep(frame) {
      // The way back of the guard may expose while an algorithm's last frame is still being written.
      const kept = previous.then(() => write(frame));
      previous = kept.catch(() => {});
      return kept;
    },
  };
}

function entryOf(
  file: string,
  place: string,
  { request, actual, doseElectronsPerNm2, frameTimeS, acquiredAt }: Frame,
): SeriesFrame {
  const { width, height, region } = request;
  const { focus, stage, pixelSizeNm, dwellTimeNs, passes } = actual;
  const { workingDistanceUm, stigmatorX, stigmatorY } = focus;
  return {
    ...{ file, place, workingDistanceUm, stigmatorX, stigmatorY },
    ...{ pixelSizeNm, dwellTimeNs, passes, doseElectronsPerNm2, frameTimeS },
    beamVoltageKv: null,
    scanRotationDeg: null,
    crop: null,
    raster: region === undefined ? null : { width, height, x: region.x, y: region.y },
    stage: plain(stage),
    acquiredAt: acquiredAt.toISOString(),
    source: null,
  };
}

/** `null` from an instrument that cannot tell. */
async function stageOf(microscope: Microscope): Promise<StagePosition | null> {
  try {
    return plain(await microscope.readStage());
  } catch (error) {
    if (isSemfocusError(error, 'Unsupported')) return null;
    throw error;
  }
}

/** Without what an instrument may have added. */
function plain({ xUm, yUm }: StagePosition): StagePosition {
  return { xUm, yUm };
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
