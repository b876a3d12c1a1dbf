import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aberration } from '../../harness/microscope/index.ts';
import { jinc, RealFft2 } from '../../harness/numeric/index.ts';
import { aberrations } from '../testing/arbitraries/aberrations.ts';
import { momentsOf } from '../testing/momentsOf.ts';
import { plainOptics, withRays } from '../testing/plainOptics.ts';
import { probeCovariance } from '../testing/probeCovariance.ts';
import type { Optics } from './Optics.ts';
import { transferFunction } from './transferFunction.ts';

const px = 4;
const [width, height] = [144, 96];

function otfOf(aberration: Aberration, optics: Optics, pixelSizeNm = px) {
  const spectrum = new RealFft2(width, height).createSpectrum();
  transferFunction(spectrum, pixelSizeNm, aberration, optics);
  return spectrum.data;
}

/** The probe, centred on column width / 2 and row height / 2; nm. */
function probeMoments(aberration: Aberration, optics: Optics) {
  const data = otfOf(aberration, optics);
  for (let i = 0; i < data.length; i++) {
    const at = Math.floor(i / 2);
    if ((Math.floor(at / height) + (at % height)) % 2 === 1) data[i]! *= -1;
  }
  const image = new RealFft2(width, height).inverse({ width, height, data });
  const { sum, x, y, xx, yy, xy } = momentsOf(image, width, width / 2, height / 2);
  return { image, sum, x: x * px, y: y * px, xx: xx * px * px, yy: yy * px * px, xy: xy * px * px };
}

const largestDifference = (p: Float32Array, q: Float32Array) =>
  p.reduce((largest, value, i) => Math.max(largest, Math.abs(value - q[i]!)), 0);

const vector = fc.record({
  x: fc.double({ min: -8, max: 8, noNaN: true }),
  y: fc.double({ min: -8, max: 8, noNaN: true }),
});

describe('rays through a disc', () => {
  it('without aberrations are the closed form, to 1e-5', () => {
    // Too small to see, and not 0: the rays are traced.
    const traced = withRays('disc', { sphericalNm: 1e-9 });
    fc.assert(
      fc.property(aberrations(20), (aberration) => {
        const exact = otfOf(aberration, withRays('disc', {}), 10);
        expect(largestDifference(otfOf(aberration, traced, 10), exact)).toBeLessThan(1e-5);
      }),
      { numRuns: 25 },
    );
  });

  it('have the centre and the covariance of rays traced one by one, to 1 %', () => {
    fc.assert(
      fc.property(aberrations(3), vector, vector, (aberration, comaNm, threeFoldNm) => {
        const rest = { sphericalNm: 4, pupilWeight: -0.3, defocusSpreadUm: 0.5 };
        // A residual spot that the grid resolves: no ringing enters the moments.
        const rays = { comaNm, threeFoldNm, ...rest };
        const optics = { ...withRays('disc', rays), residualSpotNm: 8 };
        const found = probeMoments(aberration, optics);
        const expected = probeCovariance(aberration, optics);
        const scale = Math.max(expected.xx, expected.yy);
        expect(found.sum).toBeCloseTo(1, 5);
        expect(Math.abs(found.x - expected.x)).toBeLessThan(0.02);
        expect(Math.abs(found.y - expected.y)).toBeLessThan(0.02);
        for (const which of ['xx', 'yy', 'xy'] as const) {
          expect(Math.abs(found[which] - expected[which])).toBeLessThan(0.01 * scale);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('with coma move the centre by c and make a comet of length 3 |c|', () => {
    const optics = { ...withRays('disc', { comaNm: { x: 40, y: 0 } }), residualSpotNm: 4 };
    const { x, y, image } = probeMoments({ zUm: 0, aUm: 0, bUm: 0 }, optics);
    expect(Math.abs(x - 40)).toBeLessThan(0.1);
    expect(Math.abs(y)).toBeLessThan(0.1);
    // Along the axis: it starts at the nominal point and ends 120 nm farther, softened by the spot.
    const row = image.subarray((height / 2) * width, (height / 2 + 1) * width);
    const largest = Math.max(...row);
    const lit = Array.from(row.keys()).filter((i) => row[i]! > 0.01 * largest);
    expect(Math.abs((lit[0]! - width / 2) * px)).toBeLessThan(16);
    expect(Math.abs((lit.at(-1)! - width / 2) * px - 120)).toBeLessThan(16);
  });

  it('look the same on both sides of the focus, with coma too; spherical aberration tells', () => {
    const over: Aberration = { zUm: 6, aUm: 2, bUm: -1 };
    const under: Aberration = { zUm: -6, aUm: -2, bUm: 1 };
    // The ray at -rho takes the place of that at rho wherever aberrations are even in rho.
    const even = { comaNm: { x: 3, y: 4 }, threeFoldNm: { x: 5, y: 0 }, pupilWeight: -0.4 };
    const comet = withRays('disc', even);
    expect(largestDifference(otfOf(over, comet), otfOf(under, comet))).toBeLessThan(1e-5);
    const odd = withRays('disc', { ...even, sphericalNm: 10 });
    expect(largestDifference(otfOf(over, odd), otfOf(under, odd))).toBeGreaterThan(0.05);
    // With the coma turned round the probe is mirrored at its nominal point.
    const turned = withRays('disc', { comaNm: { x: -3, y: -4 } });
    const mirrored = otfOf(under, turned).map((value, i) => (i % 2 === 0 ? value : -value));
    const straight = otfOf(over, withRays('disc', { comaNm: { x: 3, y: 4 } }));
    expect(largestDifference(straight, mirrored)).toBeLessThan(1e-5);
    expect(largestDifference(straight, otfOf(under, turned))).toBeGreaterThan(0.05);
  });

  it('turn with the scan: (a, b) by twice the angle, coma by once, three-fold by three times', () => {
    // A quarter turn, from x towards y: rho -> i rho.
    const before = withRays('disc', { comaNm: { x: 3, y: 4 }, threeFoldNm: { x: 5, y: -2 } });
    const after = withRays('disc', { comaNm: { x: -4, y: 3 }, threeFoldNm: { x: -2, y: -5 } });
    const data = otfOf({ zUm: 3, aUm: 2, bUm: 1 }, before, 10);
    const turned = otfOf({ zUm: 3, aUm: -2, bUm: -1 }, after, 10);
    // 144 : 96 = 3 : 2, so that kx = 3n along one axis is ky = 2n along the other.
    for (let n = 1; n < 24; n++) {
      const alongX = 2 * 3 * n * height;
      const alongY = 2 * 2 * n;
      expect(turned[alongY]).toBeCloseTo(data[alongX]!, 5);
      expect(turned[alongY + 1]).toBeCloseTo(data[alongX + 1]!, 5);
    }
  });

  it('cut off at 400 rad of phase stay finite at any defocus', () => {
    const optics = withRays('disc', { comaNm: { x: 5, y: 0 } });
    const data = otfOf({ zUm: 500, aUm: 0, bUm: 0 }, optics, 10);
    expect(data[0]).toBeCloseTo(1, 6);
    expect(data.every(Number.isFinite)).toBe(true);
  });
});

describe('a gaussian with a spread of foci', () => {
  it('has the covariance of rays of every focus', () => {
    fc.assert(
      fc.property(aberrations(3), (aberration) => {
        const optics = withRays('gaussian', { defocusSpreadUm: 3 });
        const found = probeMoments(aberration, { ...optics, residualSpotNm: 8 });
        const expected = probeCovariance(aberration, { ...optics, residualSpotNm: 8 });
        const scale = Math.max(expected.xx, expected.yy);
        for (const which of ['xx', 'yy', 'xy'] as const) {
          expect(Math.abs(found[which] - expected[which])).toBeLessThan(0.01 * scale);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('a wave', () => {
  const perfect: Optics = {
    ...plainOptics,
    psf: 'wave',
    wave: { ...plainOptics.wave, sphericalMm: 0, chromaticMm: 0, sourceImageNm: 0 },
  };
  const wavelengthNm = 1.2264 / Math.sqrt(1500 * (1 + 0.9785e-6 * 1500));

  it('in focus through a perfect lens is (2/pi)(acos u - u sqrt(1 - u^2)), and 0 beyond', () => {
    // 0.8 nm: the limit 2 NA / lambda lies within the grid.
    const data = otfOf({ zUm: 0, aUm: 0, bUm: 0 }, perfect, 0.8);
    const limit = (2 * 8.74e-3) / wavelengthNm;
    let isBeyondLimit = false;
    for (let nx = 0; nx < width / 2; nx++) {
      const u = nx / (width * 0.8) / limit;
      isBeyondLimit ||= u > 1;
      const expected = u > 1 ? 0 : (2 / Math.PI) * (Math.acos(u) - u * Math.sqrt(1 - u * u));
      expect(Math.abs(data[2 * nx * height]! - expected)).toBeLessThan(1e-5);
      expect(Math.abs(data[2 * nx * height + 1]!)).toBeLessThan(1e-6);
    }
    expect(isBeyondLimit).toBe(true);
  });

  it('far out of focus tends to the disc: 2 J1(x)/x times what diffraction leaves', () => {
    const data = otfOf({ zUm: 12, aUm: 0, bUm: 0 }, perfect, 10);
    for (let nx = 1; nx < width / 2; nx++) {
      const k = (2 * Math.PI * nx) / (width * 0.01);
      expect(Math.abs(data[2 * nx * height]! - jinc(8.74e-3 * 12 * k))).toBeLessThan(0.02);
    }
  });

  it.each([
    { zUm: 0, aUm: 0, bUm: 0 },
    { zUm: -5, aUm: 2, bUm: 3 },
    { zUm: 4, aUm: 5, bUm: -4 },
  ])('of vanishing wavelength is the disc of the same rays, comet included: %j', (aberration) => {
    const shape = { comaNm: { x: 4, y: -2 }, threeFoldNm: { x: -3, y: 5 }, pupilWeight: -0.3 };
    const wave = { ...plainOptics.wave, voltageKv: 1.5e7, energySpreadEv: 0.6e7, sourceImageNm: 0 };
    const short: Optics = { ...withRays('wave', shape), wave };
    // Cs NA^3 and Cc dE/E of the same lens
    const same = { sphericalNm: 1.5e6 * 8.74e-3 ** 3, defocusSpreadUm: 0.4 };
    const rays = { ...withRays('disc', { ...shape, ...same }), residualSpotNm: 0 };
    expect(largestDifference(otfOf(aberration, short), otfOf(aberration, rays))).toBeLessThan(2e-5);
  });
});
