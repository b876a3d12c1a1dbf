import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import { sampleSd } from '../../harness/statistics/index.ts';
import { levelsOf } from '../presets/imperfections.ts';
import { presetNamed } from '../presets/presets.ts';
import { rotateVector } from '../scan/rotateVector.ts';
import { imageStigmatorMatrix } from './imageStigmatorMatrix.ts';
import { probeOptics } from './probeOptics.ts';
import { specimenHeight } from './specimenHeight.ts';

const streams = (name: string) => new RandomStream(3, 'instrument', name);
const angle = fc.double({ min: -180, max: 180, noNaN: true });

describe('scan rotation', () => {
  it('by 90 degrees is exact: x becomes y (down), both astigmatism components change sign', () => {
    expect(rotateVector({ x: 1, y: 0 }, 90)).toEqual({ x: 0, y: 1 });
    expect(rotateVector({ x: 0, y: 1 }, 90)).toEqual({ x: -1, y: 0 });
    expect(rotateVector({ x: 1, y: 2 }, -360)).toEqual({ x: 1, y: 2 });
    const matrix = presetNamed('merlin').stigmator.matrixUmPerUnit;
    expect(imageStigmatorMatrix(matrix, 90)).toEqual(matrix.map((row) => row.map((v) => -v)));
  });

  it('by 45 degrees takes (a, b) to (-b, a)', () => {
    const [[a], [b]] = imageStigmatorMatrix(
      [
        [3, 0],
        [1, 1],
      ],
      45,
    );
    expect(a).toBe(-1);
    expect(b).toBe(3);
  });

  it('keeps lengths and adds up', () => {
    fc.assert(
      fc.property(angle, angle, (first, second) => {
        const twice = rotateVector(rotateVector({ x: 3, y: -1 }, first), second);
        const once = rotateVector({ x: 3, y: -1 }, first + second);
        expect(twice.x).toBeCloseTo(once.x, 9);
        expect(twice.y).toBeCloseTo(once.y, 9);
        expect(Math.hypot(once.x, once.y)).toBeCloseTo(Math.hypot(3, 1), 9);
      }),
    );
  });
});

describe('the probe of an instrument', () => {
  const real = presetNamed('merlin-real');

  it('has the levels of its preset, in directions of its own', () => {
    const { rays, psf } = probeOptics(real, 'disc', streams);
    expect(psf).toBe('disc');
    expect(Math.hypot(rays.comaNm.x, rays.comaNm.y)).toBeCloseTo(5, 9);
    expect(Math.hypot(rays.threeFoldNm.x, rays.threeFoldNm.y)).toBeCloseTo(5, 9);
    expect([rays.sphericalNm, rays.pupilWeight, rays.defocusSpreadUm]).toEqual([1, -0.2, 0.4]);
    const other = probeOptics(real, 'disc', (name) => new RandomStream(4, 'instrument', name));
    expect(other.rays.comaNm).not.toEqual(rays.comaNm);
  });

  it('is turned with the scan, the three-fold astigmatism three times as far', () => {
    const turned = { ...real, scan: { ...real.scan, rotationDeg: 30 } };
    const { rays } = probeOptics(real, 'disc', streams);
    const after = probeOptics(turned, 'disc', streams).rays;
    const coma = rotateVector(rays.comaNm, 30);
    const threeFold = rotateVector(rays.threeFoldNm, 90);
    expect(after.comaNm.x).toBeCloseTo(coma.x, 9);
    expect(after.comaNm.y).toBeCloseTo(coma.y, 9);
    expect(after.threeFoldNm.x).toBeCloseTo(threeFold.x, 9);
    expect(after.threeFoldNm.y).toBeCloseTo(threeFold.y, 9);
  });
});

describe('the height of the specimen', () => {
  const levels = levelsOf(presetNamed('merlin').imperfections);

  it('is nothing where it is flat', () => {
    expect(specimenHeight(levels, streams)).toBeUndefined();
  });

  it('rises by its tilt in one direction', () => {
    const height = specimenHeight({ ...levels, heightTilt: 20 }, streams);
    const slopeX = (height?.({ x: 100, y: 0 }) ?? 0) / 100;
    const slopeY = (height?.({ x: 0, y: 100 }) ?? 0) / 100;
    expect(Math.hypot(slopeX, slopeY)).toBeCloseTo(0.02, 9);
  });

  it('waves with its rms', () => {
    const height = specimenHeight({ ...levels, heightWaviness: 0.5 }, streams);
    if (height === undefined) throw new Error('flat');
    const values = Array.from({ length: 200 * 200 }, (_, i) =>
      height({ x: (i % 200) * 37, y: Math.floor(i / 200) * 41 }),
    );
    expect(sampleSd(values)).toBeGreaterThan(0.45);
    expect(sampleSd(values)).toBeLessThan(0.55);
  });
});
