import {
  ConfigError,
  type FocusState,
  type MicroscopeDescription,
  OutOfRange,
  type Rectangle,
} from '../../harness/microscope/index.ts';

/** The requested series of frames. */
interface SeriesOptions {
  readonly width: number;
  readonly height: number;
  readonly crop?: number;
  readonly wd: readonly number[];
  readonly stigX: readonly number[];
  readonly stigY: readonly number[];
}

/** At 16 bit its SVG has up to 340 MB of text; Node's strings end at 512 MB. */
const largestSheetPx = 128e6;

/** The part of the raster that is rendered. */
export function regionOf({ width, height, crop }: SeriesOptions): Rectangle {
  if (crop === undefined) return { x: 0, y: 0, width, height };
  if (crop > Math.min(width, height)) {
    throw new OutOfRange({
      parameter: '--crop',
      requested: crop,
      allowed: `at most ${Math.min(width, height)} px, the shorter side of the ${width} x ${height} px frame`,
    });
  }
  return { x: (width - crop) >> 1, y: (height - crop) >> 1, width: crop, height: crop };
}

/** A sheet is one string with all frames in it. */
export function assertSheetFits(frameCount: number, { width, height }: Rectangle): void {
  if (frameCount * width * height <= largestSheetPx) return;
  throw new ConfigError(
    `--sheet must hold at most ${largestSheetPx / 1e6} megapixels. Received ${frameCount} frames of ${width} x ${height} px`,
    { hint: 'render the middle of each frame with --crop, or fewer frames' },
  );
}

/** The truth says where best focus is, the instrument how far it goes from there. */
export function assertReachable(
  { wd, stigX, stigY }: SeriesOptions,
  best: FocusState,
  { parameters, name }: MicroscopeDescription,
): void {
  const wanted = [
    ['--wd', 'workingDistanceUm', wd],
    ['--stig-x', 'stigmatorX', stigX],
    ['--stig-y', 'stigmatorY', stigY],
  ] as const;
  for (const [option, parameter, values] of wanted) {
    const { min = -Infinity, max = Infinity, unit } = parameters[parameter];
    const low = Math.ceil(min - best[parameter]);
    const high = Math.floor(max - best[parameter]);
    const outside = values.find((value) => !(value >= low && value <= high));
    if (outside !== undefined) {
      throw new OutOfRange({
        parameter: option,
        requested: outside,
        allowed: `from ${low} to ${high} ${unit}`,
        by: name,
      });
    }
  }
}
