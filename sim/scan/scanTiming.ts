import type { Preset } from '../presets/Preset.ts';

/** When the beam is where, in s from the start of a frame. */
export interface ScanTiming {
  /** From one pixel of a row to the next. */
  readonly pixelS: number;
  /** From the start of one pass over a row to the start of the next pass, of it or of the next row. */
  readonly linePassS: number;
  /** Passes over a row before the next row, and over the frame: all are averaged. */
  readonly linePasses: number;
  readonly framePasses: number;
  /** From the start of one row to the start of the next. */
  readonly rowS: number;
  /** From the start of one pass over the frame to the start of the next. */
  readonly framePassS: number;
  /** Scanning and the pause after it. */
  readonly frameS: number;
}

/**
 * Times of a raster of `width` x `height` px.
 *
 * A pass over a row takes `dwellFactor * width * dwell` and a row overhead; line averages repeat
 * the row, frame averages the whole. Fitted to the frame-time table of a Merlin in SBEMimage's
 * presets: 0.21 s for 1024 x 768 and 0.73 s for 2048 x 1536 at 200 ns, plus 0.1 s after every frame.
 */
export function scanTiming(
  width: number,
  height: number,
  dwellTimeNs: number,
  scan: Preset['scan'],
): ScanTiming {
  const pixelS = scan.dwellFactor * dwellTimeNs * 1e-9;
  const linePassS = width * pixelS + rowOverheadUs(width, scan) * 1e-6;
  const rowS = linePassS * scan.lineAverages;
  const framePassS = height * rowS;
  return {
    pixelS,
    linePassS,
    linePasses: scan.lineAverages,
    framePasses: scan.frameAverages,
    rowS,
    framePassS,
    frameS: framePassS * scan.frameAverages + scan.frameOverheadS,
  };
}

function rowOverheadUs(width: number, scan: Preset['scan']): number {
  const table = [...scan.rowOverheadUs].sort((p, q) => p.width - q.width);
  const above = table.find((entry) => entry.width >= width) ?? table.at(-1);
  const below = table.findLast((entry) => entry.width <= width) ?? above;
  if (above === undefined || below === undefined) throw new RangeError('rowOverheadUs is empty');
  if (above.width === below.width) return above.overheadUs;
  const share = (width - below.width) / (above.width - below.width);
  return below.overheadUs + share * (above.overheadUs - below.overheadUs);
}
