import type { Preset } from '../presets/Preset.ts';
import { scanTiming } from './scanTiming.ts';

/** Time the instrument spends on a frame, overheads and averages included, in s. */
export function frameTimeS(
  width: number,
  height: number,
  dwellTimeNs: number,
  scan: Preset['scan'],
): number {
  return scanTiming(width, height, dwellTimeNs, scan).frameS;
}
