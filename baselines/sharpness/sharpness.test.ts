import { describe, expect, it } from 'vitest';
import type { AutofocusContext } from '../../harness/algorithm/index.ts';
import type { FocusState, Frame, Microscope } from '../../harness/microscope/index.ts';
import { greyPixels, RandomStream } from '../../harness/numeric/index.ts';
import { baselines } from '../entries.ts';
import { syntheticPair } from '../testing/syntheticPair.ts';
import { sharpnessScore } from './sharpnessScore.ts';

const optics = { convergenceMrad: 8.74, psf: 'gaussian' } as const;

/** One frame at a defocus, 8 bit. */
function frameAt(zUm: number, { counts = 210, gain = 1, seed = 3, aUm = 0, size = 256 } = {}) {
  const { over } = syntheticPair({
    aberration: { zUm: zUm - 1, aUm, bUm: 0 },
    perturbationUm: 1,
    optics,
    width: size,
    height: size,
    pixelSizeNm: 10,
    counts,
    gain,
    seed,
  });
  const grey = Uint8Array.from(over.data, (value) => Math.min(255, value / 235));
  return greyPixels(grey, size, size);
}

describe('sharpnessScore', () => {
  it('rises with defocus at 5 e/nm2, where the plain variance of the Laplacian is flat', () => {
    const scores = [0, 4, 8, 18].map((zUm) => sharpnessScore(frameAt(zUm)));
    expect(scores.toSorted((p, q) => p - q)).toEqual(scores);
    expect((scores[1] ?? 0) - (scores[0] ?? 0)).toBeGreaterThan(0.3);
  });

  it('rises with astigmatism', () => {
    expect(sharpnessScore(frameAt(0, { aUm: 5 }))).toBeGreaterThan(
      sharpnessScore(frameAt(0)) + 0.3,
    );
  });

  it('does not change with brightness, contrast or inversion', () => {
    const { data } = frameAt(3, { counts: 5000 });
    const changed = greyPixels(
      Uint16Array.from(data, (value) => 60000 - 100 * value),
      256,
      256,
    );
    expect(sharpnessScore(changed)).toBeCloseTo(sharpnessScore(frameAt(3, { counts: 5000 })), 4);
  });

  it('says that an empty frame is as unsharp as can be, and refuses a tiny one', () => {
    expect(sharpnessScore(greyPixels(new Uint8Array(128 * 128).fill(9), 128, 128))).toBe(Infinity);
    expect(() => sharpnessScore(greyPixels(new Uint8Array(70 * 70), 70, 70))).toThrow(
      /at least 72 px.*Received 70 x 70/,
    );
    expect(sharpnessScore(frameAt(0, { size: 72 }))).toBeLessThan(Infinity);
  });
});

describe('sharpness-simplex', () => {
  const best: FocusState = { workingDistanceUm: 4500, stigmatorX: 1, stigmatorY: -2 };

  /** A microscope whose frames are a smooth function of the distance from focus; no optics needed. */
  function toyMicroscope(limitUm = Infinity) {
    let focus: FocusState = { workingDistanceUm: 4509, stigmatorX: -1, stigmatorY: 0 };
    const frames = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20].map((z) => ({
      z,
      pixels: frameAt(z, { size: 128, counts: 2000 }),
    }));
    const microscope = {
      readFocus: async () => focus,
      writeFocus: async (target: Partial<FocusState>) => {
        const next = { ...focus, ...target };
        if (Math.abs(next.workingDistanceUm - 4509) > limitUm) {
          const { OutOfRange } = await import('../../harness/microscope/index.ts');
          throw new OutOfRange({ parameter: 'workingDistanceUm', requested: 0, allowed: 'less' });
        }
        focus = next;
        return focus;
      },
      acquireFrame: async () => {
        const distance = Math.hypot(
          focus.workingDistanceUm - best.workingDistanceUm,
          4 * (focus.stigmatorX - best.stigmatorX),
          4 * (focus.stigmatorY - best.stigmatorY),
        );
        const nearest = frames.reduce((p, q) =>
          Math.abs(q.z - distance) < Math.abs(p.z - distance) ? q : p,
        );
        return { pixels: nearest.pixels } as Frame;
      },
    } as unknown as Microscope;
    return { microscope, focus: () => focus };
  }

  async function search(toy: ReturnType<typeof toyMicroscope>) {
    const entry = baselines.find(({ name }) => name === 'sharpness-simplex');
    const context = {
      microscope: toy.microscope,
      frame: { width: 128, height: 128, pixelSizeNm: 10, dwellTimeNs: 200 },
      random: new RandomStream(1, 'algorithm'),
      signal: new AbortController().signal,
      clock: { nowMs: () => 0 },
    } as unknown as AutofocusContext;
    const steps = [];
    for await (const step of entry?.create().run(context) ?? []) steps.push(step);
    return steps;
  }

  it('comes closer than a micrometre of focal shift, and leaves the microscope there', async () => {
    const toy = toyMicroscope();
    const steps = await search(toy);
    const end = toy.focus();
    expect(steps.at(-1)?.focus).toEqual(end);
    expect(Math.abs(end.workingDistanceUm - best.workingDistanceUm)).toBeLessThan(1);
    expect(Math.abs(end.stigmatorX - best.stigmatorX)).toBeLessThan(0.5);
    expect(steps[0]).toMatchObject({ iteration: 1, framesUsed: 4 });
  });

  it('treats what the guard refuses as the worst score and goes on', async () => {
    const toy = toyMicroscope(7);
    await search(toy);
    expect(Math.abs(toy.focus().workingDistanceUm - 4509)).toBeLessThanOrEqual(7);
  });
});
