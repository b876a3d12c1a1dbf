import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aberration } from '../../harness/microscope/index.ts';
import { RealFft2 } from '../../harness/numeric/index.ts';
import { aberrations } from '../testing/arbitraries/aberrations.ts';
import { momentsOf } from '../testing/momentsOf.ts';
import { plainOptics } from '../testing/plainOptics.ts';
import { probeCovariance } from '../testing/probeCovariance.ts';
import type { Optics } from './Optics.ts';
import { transferFunction } from './transferFunction.ts';

const gaussian: Optics = { ...plainOptics, psf: 'gaussian' };
const disc: Optics = { ...plainOptics, psf: 'disc' };
const grid = { width: 192, height: 128, pixelSizeNm: 2 };

function otfOf(
  width: number,
  height: number,
  pixelSizeNm: number,
  aberration: Aberration,
  optics: Optics,
) {
  const spectrum = new RealFft2(width, height).createSpectrum();
  transferFunction(spectrum, pixelSizeNm, aberration, optics);
  return spectrum;
}

/** The values of a point-symmetric probe, which are real. */
function realOtf(...args: Parameters<typeof otfOf>): Float32Array {
  const { data } = otfOf(...args);
  expect(data.every((value, i) => i % 2 === 0 || Math.abs(value) < 1e-7)).toBe(true);
  return data.filter((_, i) => i % 2 === 0);
}

/** The probe on a grid, its centre at column width / 2 and row height / 2. */
function probe(aberration: Aberration, optics: Optics, { width, height, pixelSizeNm } = grid) {
  const spectrum = otfOf(width, height, pixelSizeNm, aberration, optics);
  for (let i = 0; i < spectrum.data.length / 2; i++) {
    // The factor (-1)^(kx + ky) moves the centre to the middle.
    if ((Math.floor(i / height) + (i % height)) % 2 === 0) continue;
    spectrum.data[2 * i]! *= -1;
    spectrum.data[2 * i + 1]! *= -1;
  }
  return new RealFft2(width, height).inverse(spectrum);
}

const momentsInNm = (image: Float32Array, { width, height, pixelSizeNm } = grid) => {
  const { sum, x, y, xx, yy, xy } = momentsOf(image, width, width / 2, height / 2);
  const area = pixelSizeNm ** 2;
  return { sum, x, y, xx: xx * area, yy: yy * area, xy: xy * area };
};

const largestDifference = (p: Float32Array, q: ArrayLike<number>) =>
  p.reduce((largest, value, i) => Math.max(largest, Math.abs(value - q[i]!)), 0);

describe.each([gaussian, disc])('transfer function, $psf', (optics) => {
  it('is exactly 1 at k = 0', () => {
    fc.assert(
      fc.property(aberrations(40), (aberration) => {
        expect(realOtf(32, 48, 10.03, aberration, optics)[0]).toBe(1);
      }),
    );
  });

  it('is nowhere larger than 1', () => {
    fc.assert(
      fc.property(aberrations(40), (aberration) => {
        const otf = realOtf(32, 48, 10.03, aberration, optics);
        expect(Math.max(...otf.map(Math.abs))).toBe(1);
      }),
    );
  });

  it('has a probe that sums to 1 about its nominal point', () => {
    fc.assert(
      fc.property(aberrations(3), (aberration) => {
        const { sum, x, y } = momentsInNm(probe(aberration, optics));
        expect(sum).toBeCloseTo(1, 6);
        // Row and column 0 hold what lies at -width / 2 and +width / 2 at once.
        expect(Math.abs(x)).toBeLessThan(2e-3);
        expect(Math.abs(y)).toBeLessThan(2e-3);
      }),
      { numRuns: 30 },
    );
  });

  it('is the same for (z, a, b) and (-z, -a, -b): one image cannot tell the sign', () => {
    fc.assert(
      fc.property(aberrations(30), ({ zUm, aUm, bUm }) => {
        const one = realOtf(32, 48, 10.03, { zUm, aUm, bUm }, optics);
        const other = realOtf(32, 48, 10.03, { zUm: -zUm, aUm: -aUm, bUm: -bUm }, optics);
        expect(one).toEqual(other);
      }),
    );
  });

  it('has a real probe even where b mixes the Nyquist frequencies', () => {
    // A half grid whose Nyquist column is not symmetric in ky leaks from one row into the next.
    const image = probe(
      { zUm: 0.4, aUm: 0, bUm: 0.5 },
      { ...optics, residualSpotNm: 0 },
      {
        width: 32,
        height: 48,
        pixelSizeNm: 10,
      },
    );
    const mirrored = Float32Array.from(image, (_, i) => {
      const x = i % 32;
      const y = Math.floor(i / 32);
      return image[((48 - y) % 48) * 32 + ((32 - x) % 32)]!;
    });
    expect(largestDifference(image, mirrored)).toBeLessThan(1e-6 * Math.max(...image));
  });

  // Hand-computed signs of xy = -2 b z NA^2 / 4: y is down, so xy < 0 leans to the upper right.
  it.each([
    { zUm: 0, aUm: 0, bUm: 0, leans: 0 },
    { zUm: 2, aUm: 0, bUm: 0, leans: 0 },
    { zUm: 2, aUm: 1, bUm: 0, leans: 0 },
    { zUm: 2, aUm: 0, bUm: 1, leans: -1 },
    { zUm: -2, aUm: 0, bUm: 1, leans: 1 },
    { zUm: 2, aUm: 0.5, bUm: -1, leans: 1 },
    { zUm: 0.3, aUm: -1.5, bUm: 0.8, leans: -1 },
  ])('has the second moments of traced rays at z $zUm, a $aUm, b $bUm um', (state) => {
    const expected = probeCovariance(state, optics);
    const found = momentsInNm(probe(state, optics));
    const scale = Math.max(expected.xx, expected.yy);
    expect(Math.abs(found.xx / expected.xx - 1)).toBeLessThan(0.01);
    expect(Math.abs(found.yy / expected.yy - 1)).toBeLessThan(0.01);
    expect(Math.abs(found.xy - expected.xy)).toBeLessThan(0.01 * scale);
    const isUpright = Math.abs(found.xy) < 0.01 * scale;
    expect(isUpright ? 0 : Math.sign(found.xy)).toBe(state.leans);
  });

  it('turns by 90 degrees when both astigmatism components change sign', () => {
    const square = { width: 128, height: 128, pixelSizeNm: 2 };
    fc.assert(
      fc.property(aberrations(2), ({ zUm, aUm, bUm }) => {
        const image = probe({ zUm, aUm, bUm }, optics, square);
        const turned = Float32Array.from(image, (_, i) => {
          const x = i % 128;
          const y = Math.floor(i / 128);
          return image[((128 - x) % 128) * 128 + y]!;
        });
        const flipped = probe({ zUm, aUm: -aUm, bUm: -bUm }, optics, square);
        expect(largestDifference(flipped, turned)).toBeLessThan(1e-6);
      }),
      { numRuns: 20 },
    );
  });

  it('turns by 45 degrees, from x towards y, when (a, b) becomes (-b, a)', () => {
    fc.assert(
      fc.property(aberrations(20), ({ zUm, aUm, bUm }) => {
        const before = realOtf(64, 64, 10, { zUm, aUm, bUm }, optics);
        // On pixels sqrt(2) times larger, (n, n) is as long a wave vector as (n, 0) was.
        const turned = { zUm, aUm: -bUm, bUm: aUm };
        const after = realOtf(64, 64, 10 * Math.SQRT2, turned, optics);
        for (let n = 0; n < 32; n++) {
          expect(after[n * 64 + n]).toBeCloseTo(before[n * 64]!, 6);
        }
      }),
    );
  });
});

describe('transfer function of the gaussian', () => {
  it('has a probe that is nowhere negative', () => {
    fc.assert(
      fc.property(aberrations(3), (aberration) => {
        const image = probe(aberration, gaussian);
        expect(Math.min(...image)).toBeGreaterThan(-1e-6 * Math.max(...image));
      }),
      { numRuns: 30 },
    );
  });

  it('never rises when the defocus grows', () => {
    const near = realOtf(32, 48, 10, { zUm: 3, aUm: 1, bUm: 0 }, gaussian);
    const far = realOtf(32, 48, 10, { zUm: 5, aUm: 1, bUm: 0 }, gaussian);
    far.forEach((value, i) => {
      expect(value).toBeLessThanOrEqual(near[i]!);
    });
  });
});

describe('transfer function of the disc', () => {
  /** First sign change along one axis, by linear interpolation, rad/um. */
  function firstZero(aberration: Aberration, axis: 'x' | 'y'): number {
    const size = 1024;
    const otf = realOtf(size, size, 10.03, aberration, disc);
    const step = (2 * Math.PI) / (size * 10.03e-3);
    const at = (n: number) => otf[axis === 'x' ? n * size : n]!;
    for (let n = 1; n < size / 2; n++) {
      if (at(n) <= 0) return step * (n - 1 + at(n - 1) / (at(n - 1) - at(n)));
    }
    return Number.POSITIVE_INFINITY;
  }

  it.each([
    { zUm: 2, aUm: 0, bUm: 0 },
    { zUm: -10, aUm: 0, bUm: 0 },
    { zUm: 20, aUm: 0, bUm: 0 },
    { zUm: 6, aUm: 3, bUm: 0 },
    { zUm: 6, aUm: 1, bUm: -4 },
  ])('has its first zero at NA |M k| = 3.83, at z $zUm, a $aUm, b $bUm um', (state) => {
    const { zUm, aUm, bUm } = state;
    const alongX = 8.74e-3 * Math.hypot(zUm - aUm, bUm) * firstZero(state, 'x');
    const alongY = 8.74e-3 * Math.hypot(zUm + aUm, bUm) * firstZero(state, 'y');
    expect(Math.abs(alongX / 3.8317 - 1)).toBeLessThan(0.01);
    expect(Math.abs(alongY / 3.8317 - 1)).toBeLessThan(0.01);
  });

  it('has the first zeros of the tables: 0.70, 0.28, 0.14, 0.070 of Nyquist', () => {
    const nyquist = Math.PI / 10.03e-3;
    const zeros = [2, 5, 10, 20].map((zUm) => firstZero({ zUm, aUm: 0, bUm: 0 }, 'x') / nyquist);
    expect(zeros.map((zero) => zero.toFixed(2))).toEqual(['0.70', '0.28', '0.14', '0.07']);
  });

  it('is negative beyond the first zero: contrast reversal', () => {
    const otf = realOtf(
      256,
      256,
      10.03,
      { zUm: 10, aUm: 0, bUm: 0 },
      {
        ...disc,
        residualSpotNm: 0,
      },
    );
    // The deepest value of 2 J1(x)/x is -0.1323.
    expect(Math.min(...otf)).toBeCloseTo(-0.1323, 3);
  });

  it('is as large as the gaussian: switching the shape keeps the second moments', () => {
    fc.assert(
      fc.property(aberrations(2.5), (aberration) => {
        const p = momentsInNm(probe(aberration, disc));
        const q = momentsInNm(probe(aberration, gaussian));
        expect(Math.abs(p.xx / q.xx - 1)).toBeLessThan(0.01);
        expect(Math.abs(p.yy / q.yy - 1)).toBeLessThan(0.01);
        expect(Math.abs(p.xy - q.xy)).toBeLessThan(0.01 * Math.max(q.xx, q.yy));
      }),
      { numRuns: 30 },
    );
  });
});

it('the size of the spot follows NA, z and the residual spot as tabulated', () => {
  // sigma 2.18 px at 5 um and 10.03 nm, without the residual spot
  const coarse = { width: 128, height: 96, pixelSizeNm: 10.03 };
  const found = momentsInNm(
    probe({ zUm: 5, aUm: 0, bUm: 0 }, { ...gaussian, residualSpotNm: 0 }, coarse),
    coarse,
  );
  expect(Math.sqrt(found.xx) / 10.03).toBeCloseTo(2.18, 2);
});
