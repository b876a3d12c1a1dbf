import { croppedPixels, readImageFile } from '../../image/index.ts';
import { ConfigError, type FocusState, type GreyPixels } from '../../microscope/index.ts';
import type { UsableFrame, UsableSeries } from '../../series/index.ts';

/** A frame of a manifest, with what its file holds. */
export interface RecordedFrame extends UsableFrame {
  /** As recorded; stigmators that the manifest does not know are 0. */
  readonly focus: FocusState;
  readonly dwellTimeNs: number;
  readonly width: number;
  readonly height: number;
  readonly bitDepth: 8 | 16;
}

/**
 * Looks at every frame of a manifest.
 *
 * @throws ConfigError if they cannot be frames of one microscope; ImageFileError if one cannot be read.
 */
export async function recordedFrames(
  { frames }: UsableSeries,
  manifestFile: string,
): Promise<readonly [RecordedFrame, ...RecordedFrame[]]> {
  const [first, ...others] = frames;
  if (first === undefined) throw new TypeError('a manifest names at least one frame');
  for (const name of ['stigmatorX', 'stigmatorY'] as const) {
    const unknown = frames.filter((frame) => frame[name] === null);
    if (unknown.length === 0 || unknown.length === frames.length) continue;
    throw new ConfigError(
      `${manifestFile} must give ${name} of every frame or of none. It lacks that of ${unknown[0]?.file}`,
    );
  }
  const recorded: [RecordedFrame, ...RecordedFrame[]] = [await recordedFrame(first, manifestFile)];
  for (const frame of others) recorded.push(await recordedFrame(frame, manifestFile));
  const other = recorded.find(({ bitDepth }) => bitDepth !== recorded[0].bitDepth);
  if (other !== undefined) {
    throw new ConfigError(
      `the frames of ${manifestFile} must have one bit depth. ${first.file} has ${recorded[0].bitDepth} bit, ${other.file} has ${other.bitDepth} bit`,
    );
  }
  return recorded;
}

/** The grey values of a frame, its own from now on. */
export async function pixelsOf({ path, crop }: UsableFrame): Promise<GreyPixels> {
  return croppedPixels(await readImageFile(path), crop ?? undefined, path, 'crop');
}

async function recordedFrame(frame: UsableFrame, manifestFile: string): Promise<RecordedFrame> {
  const { dwellTimeNs, workingDistanceUm, stigmatorX, stigmatorY, file } = frame;
  if (dwellTimeNs === null) {
    throw new ConfigError(`${manifestFile} lacks dwellTimeNs of ${file}`, {
      hint: 'write the dwell time of one pass in place of null, ns',
    });
  }
  const { shape, data } = await pixelsOf(frame);
  const [height = 0, width = 0] = shape;
  return {
    ...frame,
    ...{ width, height, dwellTimeNs },
    bitDepth: data instanceof Uint16Array ? 16 : 8,
    focus: Object.freeze({
      workingDistanceUm,
      stigmatorX: stigmatorX ?? 0,
      stigmatorY: stigmatorY ?? 0,
    }),
  };
}
