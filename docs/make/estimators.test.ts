import { describe, expect, it } from 'vitest';
import { type GreyImage, RandomStream } from '../../harness/numeric/index.ts';
import { meanOf } from './Estimate.ts';
import { pixelSizeNm } from './instrument.ts';
import { bound, interval, isInside, place, type RealLevel } from './Row.ts';
import { affineFit, gridOf } from './realism/affineFit.ts';
import { displacement } from './realism/displacement.ts';
import type { Spot } from './realism/findSpots.ts';
import { frameToFrame } from './realism/frameToFrame.ts';
import { noiseOfFrame } from './realism/noiseOfFrame.ts';
import { momentsOfSpots, pupilWeightOf } from './realism/probeOfSpots.ts';

function image(width: number, height: number, grey: (x: number, y: number) => number): GreyImage {
  const data = Float32Array.from({ length: width * height }, (_, i) =>
    grey(i % width, Math.floor(i / width)),
  );
  return { width, height, data };
}

describe('noiseOfFrame', () => {
  it('finds law, colour and row offset of noise made for it', () => {
    const random = new RandomStream(1, 'test');
    let [before, offset] = [0, 0];
    const frame = image(1024, 768, (x) => {
      if (x === 0) offset = 0.6 * random.normal();
      const grey = 70 + (120 * x) / 1024;
      const white = random.normal();
      const coloured = (white + (x === 0 ? 0 : 0.1 * before)) / Math.sqrt(1.01);
      before = white;
      return grey + offset + coloured * Math.sqrt(310 - 0.74 * grey);
    });
    const { intercept, slope, lag1, rowOffsetSd } = noiseOfFrame(frame);
    expect(Math.abs(intercept - 310)).toBeLessThan(8);
    expect(Math.abs(slope - 0.74)).toBeLessThan(0.06);
    expect(Math.abs(lag1 - 0.1 / 1.01)).toBeLessThan(0.006);
    expect(Math.abs(rowOffsetSd - 0.6)).toBeLessThan(0.1);
  });
});

const texture = (x: number, y: number) =>
  130 + 30 * Math.sin(0.31 * x + 0.2 * y) + 30 * Math.cos(0.17 * x - 0.36 * y);

describe('displacement', () => {
  it('is how far the content has moved, whatever the contrast, within its own error', () => {
    const random = new RandomStream(2, 'test');
    const reference = image(128, 96, texture);
    const frame = image(
      128,
      96,
      (x, y) => 5 + 0.9 * texture(x - 0.21, y + 0.13) + 10 * random.normal(),
    );
    const part = { x: 4, y: 4, width: 120, height: 88 };
    const found = displacement(frame, reference, part);
    const errorX = Math.sqrt(found.varianceX);
    const errorY = Math.sqrt(found.varianceY);
    expect(errorX).toBeLessThan(0.03);
    expect(Math.abs(found.x - 0.21)).toBeLessThan(4 * errorX);
    expect(Math.abs(found.y + 0.13)).toBeLessThan(4 * errorY);
  });
});

describe('affineFit', () => {
  it('finds six numbers again and leaves nothing', () => {
    const shifts = gridOf({ width: 500, height: 300 }, 50, 0).map(({ u, v }) => ({
      u,
      v,
      x: 1 + 0.002 * u - 0.003 * v,
      y: -2 + 0.004 * u + 0.005 * v,
    }));
    const fit = affineFit(shifts);
    expect(fit.shiftX).toBeCloseTo(1, 9);
    expect(fit.shiftY).toBeCloseTo(-2, 9);
    expect([fit.xx, fit.xy, fit.yx, fit.yy].map((value) => Math.round(value * 1e6))).toEqual([
      2000, -3000, 4000, 5000,
    ]);
    expect(Math.max(...fit.rest.map(({ x, y }) => Math.hypot(x, y)))).toBeLessThan(1e-9);
  });
});

describe('frameToFrame', () => {
  it('tells a step, a contrast and a wave of one frame among many', () => {
    const plain = Array.from({ length: 9 }, () => image(256, 256, texture));
    const changed = image(256, 256, (x, y) => {
      const wave = 2 * Math.sin((2 * Math.PI * y) / 256);
      return 127.5 + 4 + 1.03 * (texture(x, y) - 127.5) + wave;
    });
    const found = frameToFrame([changed, ...plain])[0]!;
    const share = Math.sqrt(10 / 9);
    expect(found.stepGrey * share).toBeCloseTo(4, 0);
    expect(found.contrastPercent * share).toBeCloseTo(3, 0);
    expect(Math.abs(found.waveGrey * share - 4)).toBeLessThan(0.6);
  });
});

/** Rays of a pupil, each a pixel of a spot of its own; w = s rho + 2 c |rho|^2 + c* rho^2 + t rho*^2. */
function spotOfRays(s: number, c: readonly [number, number], t: number): Spot {
  const [x, y]: [number[], number[]] = [[], []];
  for (let ring = 0; ring < 60; ring++) {
    const square = (ring + 0.5) / 60;
    for (let turn = 0; turn < 60; turn++) {
      const angle = (2 * Math.PI * turn) / 60;
      const [u, v] = [Math.sqrt(square) * Math.cos(angle), Math.sqrt(square) * Math.sin(angle)];
      const [uu, uv] = [u * u - v * v, 2 * u * v];
      x.push(s * u + 2 * c[0] * square + c[0] * uu + c[1] * uv + t * uu);
      y.push(s * v + 2 * c[1] * square + c[0] * uv - c[1] * uu - t * uv);
    }
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  return {
    x: Float64Array.from(x, (value) => (value - meanX) / pixelSizeNm),
    y: Float64Array.from(y, (value) => (value - meanY) / pixelSizeNm),
    grey: new Float64Array(x.length).fill(1),
  };
}

describe('momentsOfSpots', () => {
  it('gives coma and three-fold astigmatism of rays traced through a pupil', () => {
    const s = 60;
    const { size, comet, triangle } = momentsOfSpots([spotOfRays(s, [3, -4], 5)]);
    expect(Math.abs(size / (s * s) - 0.5)).toBeLessThan(0.02);
    expect((1.5 * comet.re) / s ** 2).toBeCloseTo(3, 0);
    expect((1.5 * comet.im) / s ** 2).toBeCloseTo(-4, 0);
    expect(triangle.re / s ** 2).toBeCloseTo(5, 0);
  });
});

describe('pupilWeightOf', () => {
  it('is 0 for a uniform disc and negative where the zero lies further out', () => {
    expect(Math.abs(pupilWeightOf(3.8317))).toBeLessThan(1e-3);
    expect(pupilWeightOf(3.93)).toBeLessThan(-0.1);
  });
});

describe('isInside', () => {
  const verdict = (real: RealLevel, values: readonly number[]) =>
    isInside({
      ...{ property: '', unit: '', note: '', real },
      ...{ merlinReal: meanOf(values), merlin: meanOf(values) },
    });

  it('needs the mean within two standard errors of an interval', () => {
    expect(verdict(interval(1, 2), [2.1, 2.3, 2.1, 2.3])).toBe(false);
    expect(verdict(interval(1, 2), [1.9, 2.3, 1.9, 2.3])).toBe(true);
  });

  it('needs one place within two standard deviations of the places', () => {
    expect(verdict(place(1, 1), [1.5, 2.5, 1.5, 2.5])).toBe(true);
    expect(verdict(place(1, 1), [2.9, 3.1, 2.9, 3.1])).toBe(false);
  });

  it('needs the mean below a bound, with no allowance', () => {
    expect(verdict(bound(1), [0.99, 0.99])).toBe(true);
    expect(verdict(bound(1), [0.9, 1.2])).toBe(false);
  });
});
