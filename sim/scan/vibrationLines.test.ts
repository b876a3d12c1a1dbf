import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import { presetNamed } from '../presets/presets.ts';
import { scanTiming } from './scanTiming.ts';
import { averagedLine, type VibrationLine, vibrationLines } from './vibrationLines.ts';

const { scan } = presetNamed('merlin');
const frame = (index: number) => (name: string) => new RandomStream(2, name, index);
const own = (name: string) => new RandomStream(3, name);
const sizeOf = (line: VibrationLine) => Math.hypot(line.amplitudeXNm, line.amplitudeYNm);

describe('vibration', () => {
  const lines = (index: number, rotationDeg = 0) =>
    vibrationLines({ vibration: 2, mainsField: 0.5 }, frame(index), own, rotationDeg);

  it('has four mechanical lines, the strongest of the level, and the mains with a weak harmonic', () => {
    const [first, ...others] = lines(0);
    expect(sizeOf(first!)).toBeCloseTo(2, 9);
    for (const line of others.slice(0, 3)) {
      expect(sizeOf(line)).toBeGreaterThan(0.4 - 1e-9);
      expect(sizeOf(line)).toBeLessThanOrEqual(2);
      expect(line.frequencyHz).toBeGreaterThanOrEqual(3);
      expect(line.frequencyHz).toBeLessThanOrEqual(60);
    }
    expect(others.slice(3).map((line) => [line.frequencyHz, sizeOf(line)])).toEqual([
      [50, expect.closeTo(0.5, 9)],
      [150, expect.closeTo(0.1, 9)],
    ]);
  });

  it('keeps frequencies and directions from frame to frame, not phases', () => {
    for (const [i, line] of lines(0).entries()) {
      const next = lines(1)[i]!;
      expect({ ...next, phase: 0 }).toEqual({ ...line, phase: 0 });
      expect(next.phase).not.toBe(line.phase);
    }
  });

  it('turns with the scan', () => {
    for (const [i, line] of lines(0).entries()) {
      const turned = lines(0, 90)[i]!;
      expect(turned.amplitudeXNm).toBeCloseTo(-line.amplitudeYNm, 9);
      expect(turned.amplitudeYNm).toBeCloseTo(line.amplitudeXNm, 9);
    }
  });
});

describe('averaging over passes', () => {
  const timing = scanTiming(1024, 768, 400, { ...scan, lineAverages: 3, frameAverages: 4 });
  const line = { amplitudeXNm: 1, amplitudeYNm: -2, phase: 0.7 };

  it.each([
    { frequencyHz: 7.3 },
    { frequencyHz: 50 },
    // A whole number of periods between passes: they add up.
    { frequencyHz: 20 / timing.framePassS },
    { frequencyHz: 1 / timing.linePassS },
  ])('is the mean of the motion at $frequencyHz Hz', ({ frequencyHz }) => {
    const averaged = averagedLine({ ...line, frequencyHz }, timing);
    const at = (timeS: number, phase: number) =>
      Math.sin(2 * Math.PI * frequencyHz * timeS + phase);
    for (const timeS of [0, 0.011, 0.2]) {
      let mean = 0;
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 4; j++) {
          mean += at(timeS + i * timing.linePassS + j * timing.framePassS, line.phase) / 12;
        }
      }
      expect(averaged.amplitudeXNm * at(timeS, averaged.phase)).toBeCloseTo(mean, 6);
      expect(averaged.amplitudeYNm * at(timeS, averaged.phase)).toBeCloseTo(-2 * mean, 6);
    }
  });

  it('leaves a single pass as it is', () => {
    const single = { ...line, frequencyHz: 31 };
    expect(averagedLine(single, scanTiming(64, 48, 200, scan))).toEqual(single);
  });
});
