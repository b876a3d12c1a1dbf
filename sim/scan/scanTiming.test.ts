import { describe, expect, it } from 'vitest';
import { presetNamed } from '../presets/presets.ts';
import { frameTimeS } from './frameTimeS.ts';
import { scanTiming } from './scanTiming.ts';

const { scan } = presetNamed('merlin');

describe('times within a frame', () => {
  it('advance by dwell and row overhead', () => {
    const timing = scanTiming(1024, 768, 51_200, scan);
    expect(timing.pixelS).toBeCloseTo(1.05 * 51.2e-6, 12);
    expect(timing.rowS).toBeCloseTo(1024 * timing.pixelS + 57e-6, 12);
    expect(timing.framePassS).toBeCloseTo(768 * timing.rowS, 9);
    expect(timing.frameS).toBe(frameTimeS(1024, 768, 51_200, scan));
  });

  it('grow with line and frame averages in proportion, the pause apart', () => {
    const once = scanTiming(512, 384, 200, scan);
    const often = scanTiming(512, 384, 200, { ...scan, lineAverages: 4, frameAverages: 3 });
    expect(often.linePassS).toBe(once.linePassS);
    expect(often.rowS).toBeCloseTo(4 * once.rowS, 12);
    expect(often.framePassS).toBeCloseTo(4 * once.framePassS, 12);
    expect(often.frameS - scan.frameOverheadS).toBeCloseTo(
      12 * (once.frameS - scan.frameOverheadS),
      12,
    );
  });

  it('follow from the region alone: half the rows take half the time', () => {
    const scanning = (height: number) => scanTiming(512, height, 200, scan).framePassS;
    expect(scanning(100)).toBeCloseTo(scanning(200) / 2, 12);
  });
});
