import { describe, expect, it } from 'vitest';
import { presetNamed } from '../presets/presets.ts';
import { frameTimeS } from './frameTimeS.ts';

const { scan } = presetNamed('merlin');

describe('frame time of merlin', () => {
  const small = { width: 1024, height: 768 };
  const large = { width: 2048, height: 1536 };

  // Frame times of a Merlin from SBEMimage's presets, which it follows by a pause of 0.1 s.
  it.each([
    { ...small, dwellTimeNs: 50, tableS: 0.085 },
    { ...small, dwellTimeNs: 100, tableS: 0.13 },
    { ...small, dwellTimeNs: 200, tableS: 0.21 },
    { ...small, dwellTimeNs: 400, tableS: 0.38 },
    { ...small, dwellTimeNs: 800, tableS: 0.71 },
    { ...large, dwellTimeNs: 50, tableS: 0.23 },
    { ...large, dwellTimeNs: 100, tableS: 0.4 },
    { ...large, dwellTimeNs: 200, tableS: 0.73 },
    { ...large, dwellTimeNs: 400, tableS: 1.4 },
    { ...large, dwellTimeNs: 800, tableS: 2.7 },
  ])('is $tableS s + 0.1 s at $width x $height px and $dwellTimeNs ns', (one) => {
    const found = frameTimeS(one.width, one.height, one.dwellTimeNs, scan);
    expect(scan.frameOverheadS).toBe(0.1);
    expect(Math.abs((found - 0.1) / one.tableS - 1)).toBeLessThan(0.04);
  });

  it('interpolates the row overhead between the widths known and holds it beyond', () => {
    const overheadUs = (width: number) => (frameTimeS(width, 1e6, 0, scan) - 0.1) / 1e6 / 1e-6;
    expect(overheadUs(1024)).toBeCloseTo(57, 6);
    expect(overheadUs(1280)).toBeCloseTo(54.25, 6);
    expect(overheadUs(2048)).toBeCloseTo(46, 6);
    expect(overheadUs(100)).toBeCloseTo(57, 6);
    expect(overheadUs(8192)).toBeCloseTo(46, 6);
  });

  it('does not care about the order of the table', () => {
    const reversed = { ...scan, rowOverheadUs: scan.rowOverheadUs.toReversed() };
    expect(frameTimeS(1536, 100, 200, reversed)).toBe(frameTimeS(1536, 100, 200, scan));
  });
});
