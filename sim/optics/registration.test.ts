import { describe, expect, it } from 'vitest';
import type { Aberration } from '../../harness/microscope/index.ts';
import {
  cropOfImage,
  type GreyImage,
  phaseCorrelation,
  RealFft2,
} from '../../harness/numeric/index.ts';
import { createSpecimen } from '../specimen/index.ts';
import { withRays } from '../testing/plainOptics.ts';
import { FrameBlurrer } from './FrameBlurrer.ts';
import type { Optics } from './Optics.ts';
import { transferFunction } from './transferFunction.ts';

const size = 640;
const frame = { leftNm: 0, topNm: 0, width: size, height: size, pixelSizeNm: 10.03 };
const inner = { x: 64, y: 64, width: size - 128, height: size - 128 };
const defocusUm = [5, 15, 30];
const state = (zUm: number): Aberration => ({ zUm, aUm: 0, bUm: 0 });
const unshifted = { x: 0, y: 0 };

/** Blurs a frame by the MTF of a probe without coma. */
function blurred(image: Float32Array, zUm: number): GreyImage {
  const fft = new RealFft2(size, size);
  const spectrum = fft.forward(image);
  const mtf = fft.createSpectrum().data;
  const probe = { width: size, height: size, data: mtf };
  transferFunction(probe, frame.pixelSizeNm, state(zUm), withRays('disc', {}));
  for (let i = 0; i < mtf.length; i++) spectrum.data[i]! *= mtf[i - (i % 2)]!;
  return cropOfImage({ width: size, height: size, data: fft.inverse(spectrum) }, inner);
}

/** The three pairwise displacements round the triangle, each frame blurred by the other's MTF, px. */
function misclosurePx(optics: Optics): number {
  const blurrer = new FrameBlurrer(createSpecimen('tin', 3), optics);
  const frames = defocusUm.map((zUm) => blurrer.render(frame, state(zUm), unshifted));
  let [x, y] = [0, 0];
  for (const [from, to] of [
    [0, 1],
    [1, 2],
    [2, 0],
  ] as const) {
    const search = { expectedXPx: 0, expectedYPx: 0, searchRadiusPx: 8 };
    const found = phaseCorrelation(
      blurred(frames[from]!, defocusUm[to]!),
      blurred(frames[to]!, defocusUm[from]!),
      search,
    );
    expect(found.isSignificant).toBe(true);
    x += found.xPx;
    y += found.yPx;
  }
  return Math.hypot(x, y);
}

describe('registration of strongly and differently defocused frames, noise-free', () => {
  it('closes to 0.01 px without coma', () => {
    expect(misclosurePx(withRays('disc', {}))).toBeLessThan(0.01);
  });

  it('misses by 0.1 to 0.5 px with a coma of 5 nm', () => {
    const miss = misclosurePx(withRays('disc', { comaNm: { x: 3, y: 4 } }));
    expect(miss).toBeGreaterThan(0.1);
    expect(miss).toBeLessThan(0.5);
  });
});
