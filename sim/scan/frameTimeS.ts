import type { Preset } from '../presets/Preset.ts';

/**
 * Time the instrument spends on a frame, line and frame overhead included, in s.
 *
 * Fitted to the frame-time table of a Merlin in SBEMimage's presets: 0.21 s for 1024 x 768 and
 * 0.73 s for 2048 x 1536 at 200 ns, plus 0.1 s after every frame.
 */
export function frameTimeS(
  width: number,
  height: number,
  dwellTimeNs: number,
  scan: Preset['scan'],
): number {
  const dwellS = scan.dwellFactor * width * height * dwellTimeNs * 1e-9;
  return dwellS + height * rowOverheadUs(width, scan) * 1e-6 + scan.frameOverheadS;
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
