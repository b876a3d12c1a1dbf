import { reasonOf } from '../../harness/microscope/index.ts';
import { recordSeries, type SeriesRecording } from '../../harness/series/index.ts';
import type { OpenedMicroscope } from '../lab/index.ts';

/**
 * The recording that `--record` asks for.
 *
 * @param folder - `undefined` where none is wanted.
 * @throws ConfigError if the folder cannot be recorded into.
 */
export async function openRecording(
  folder: string | undefined,
  { microscope, calibration, preset }: OpenedMicroscope,
): Promise<SeriesRecording | undefined> {
  if (folder === undefined) return undefined;
  return recordSeries(folder, microscope, { calibration, preset });
}

/** Where the frames are, for the end of an output. */
export function recordingText({ manifest, frames }: SeriesRecording): string {
  return `Recording: ${manifest}, ${frames === 1 ? '1 frame' : `${frames} frames`}\n`;
}

/** Why a recording ended before its time. */
export function recordingEnd({ manifest, frames, failure }: SeriesRecording): string {
  return `the recording ends after ${frames === 1 ? '1 frame' : `${frames} frames`}, which ${manifest} names: ${reasonOf(failure)}`;
}
