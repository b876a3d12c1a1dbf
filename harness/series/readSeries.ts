import { dirname, resolve } from 'node:path';
import { readConfigFile } from '../config/index.ts';
import { ConfigError } from '../microscope/index.ts';
import { missingOf } from './missingOf.ts';
import { type Series, type SeriesFrame, seriesSchema } from './seriesSchema.ts';

/** A frame with all that a pair needs. */
export interface UsableFrame extends SeriesFrame {
  readonly workingDistanceUm: number;
  readonly pixelSizeNm: number;
  /** Where its file is, from the working directory. */
  readonly path: string;
}

/** A manifest that is complete, its paths resolved. */
export interface UsableSeries extends Omit<Series, 'frames'> {
  readonly frames: readonly UsableFrame[];
}

/**
 * Reads a manifest.
 *
 * @throws ConfigError if it cannot be read, breaks the schema, names a frame twice, or lacks the working distance or the
 *   pixel size of a frame.
 */
export async function readSeries(path: string): Promise<UsableSeries> {
  const series = await readConfigFile(seriesSchema, path, 'series');
  const problems = missingOf(series)
    .filter(({ isNeeded }) => isNeeded)
    .map(({ setting, files }) => `${setting} of ${files.join(', ')}`);
  if (problems.length > 0) {
    throw new ConfigError(`${path} lacks ${problems.join('; ')}`, {
      hint: 'write in place of null what the instrument showed, in the unit of the name; working distances may have any origin',
    });
  }
  const files = series.frames.map(({ file }) => file);
  const twice = files.find((file, i) => files.indexOf(file) !== i);
  if (twice !== undefined)
    throw new ConfigError(`${path} must name a file once. ${twice} is there twice`);
  const at = (file: string) => resolve(dirname(path), file);
  const { instrument } = series;
  return {
    ...series,
    instrument: {
      ...instrument,
      calibration: instrument.calibration === null ? null : at(instrument.calibration),
    },
    // Whole: what is needed was looked for above.
    frames: series.frames.map((frame) => ({ ...(frame as UsableFrame), path: at(frame.file) })),
  };
}
