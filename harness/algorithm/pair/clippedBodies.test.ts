import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import type { GreyPixels } from '../../microscope/index.ts';
import { greyPixels, RandomStream } from '../../numeric/index.ts';
import { clippedBodies } from './clippedBodies.ts';
import { FilledFrame } from './FilledFrame.ts';

const side = 256;
const nowhere = { x: 0, y: 0 };
const whole = { x: 0, y: 0, width: side, height: side };

/** Noise about 120 grey, black inside a disc. */
function frameOf(bodies: readonly (readonly [x: number, y: number, radius: number])[], seed = 1) {
  const random = new RandomStream(seed, 'test');
  const data = Uint8Array.from({ length: side * side }, (_, i) => {
    const noisy = Math.round(120 + 8 * random.normal());
    const isDark = bodies.some(
      ([x, y, radius]) => Math.hypot((i % side) - x, Math.floor(i / side) - y) < radius,
    );
    return isDark ? 0 : noisy;
  });
  return greyPixels(data, side, side);
}

function pairOf(under: GreyPixels, over: GreyPixels) {
  return { under, over };
}

describe('bodies that are clipped at black', () => {
  it('are none where single pixels alone are dark', () => {
    const dots = Array.from({ length: 40 }, (_, i) => [5 * i + 20, 3 * i + 20, 1] as const);
    const pair = pairOf(frameOf(dots), frameOf(dots, 2));
    expect(clippedBodies(pair, nowhere, 30)).toBeUndefined();
  });

  it('weigh nothing up to 15 px around them, and everything from 45 px on', () => {
    const mask = clippedBodies(pairOf(frameOf([[128, 128, 20]]), frameOf([], 2)), nowhere, 30);
    const weights = mask?.weightsOf(whole) ?? new Float32Array();
    const at = (distance: number) => weights[128 * side + 128 + 20 + distance];
    expect(at(0)).toBe(0);
    expect(at(11)).toBe(0);
    expect(at(30)).toBeCloseTo(0.5, 0.3);
    expect(at(50)).toBe(1);
    expect(mask?.weightsOf({ x: 0, y: 0, width: 40, height: 40 })).toBeUndefined();
  });

  it('of the over frame are looked for where they are in the under frame', () => {
    const pair = pairOf(frameOf([]), frameOf([[140, 100, 16]], 2));
    const weights = clippedBodies(pair, { x: 40, y: -60 }, 30)?.weightsOf(whole);
    expect(weights?.[160 * side + 100]).toBe(0);
    expect(weights?.[100 * side + 180]).toBe(1);
  });

  it('are found in 16 bit as in 8', () => {
    const deepOf = (frame: GreyPixels) =>
      greyPixels(
        Uint16Array.from(frame.data, (value) => 257 * value),
        side,
        side,
      );
    const [under, over] = [frameOf([[80, 80, 20]]), frameOf([[80, 80, 20]], 2)];
    const shallow = clippedBodies(pairOf(under, over), nowhere, 30)?.weightsOf(whole);
    const deep = clippedBodies(pairOf(deepOf(under), deepOf(over)), nowhere, 30)?.weightsOf(whole);
    expect(deep).toEqual(shallow);
  });

  it('are filled with their surroundings and as much noise, alike in both frames', () => {
    const pair = pairOf(frameOf([[128, 128, 25]]), frameOf([[138, 128, 25]], 2));
    const shift = { x: 10, y: 0 };
    const bodies = clippedBodies(pair, shift, 30);
    if (bodies === undefined) throw new Error('no bodies found');
    for (const [frame, x] of [
      [new FilledFrame(pair.under, bodies, nowhere, 'under').window(whole), 128],
      [new FilledFrame(pair.over, bodies, shift, 'over').window(whole), 138],
    ] as const) {
      const inside = Array.from({ length: 400 }, (_, i) =>
        frame.get(118 + Math.floor(i / 20), x - 10 + (i % 20)),
      );
      const mean = inside.reduce((a, b) => a + b) / inside.length;
      const variance = inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / inside.length;
      expect(Math.abs(mean - 120)).toBeLessThan(2);
      expect(Math.abs(Math.sqrt(variance) - 8)).toBeLessThan(1.5);
      expect(frame.get(10, 10)).toBe((x === 128 ? pair.under : pair.over).get(10, 10));
    }
  });

  it('leave a frame without any as it is', () => {
    const pair = pairOf(frameOf([[30, 30, 20]]), frameOf([[30, 30, 20]], 2));
    const bodies = clippedBodies(pair, nowhere, 30);
    if (bodies === undefined) throw new Error('no bodies found');
    const under = new FilledFrame(pair.under, bodies, nowhere, 'under').window(whole);
    for (const at of [100, 150, 200]) expect(under.get(at, at)).toBe(pair.under.get(at, at));
  });

  it.each([1, 3])('are filled the same in every window, step of the columns %d', (step) => {
    const wide = frameOf([[128, 128, 25]]);
    const spread = new Uint8Array(step * wide.data.length);
    wide.data.forEach((grey, at) => {
      spread[step * at] = grey;
    });
    const frame = ndarray(spread, wide.shape, [step * side, step]) as GreyPixels;
    const bodies = clippedBodies(pairOf(wide, frameOf([], 2)), nowhere, 30);
    const filled = new FilledFrame(frame, bodies, nowhere, 'under');
    const part = filled.window({ x: 100, y: 60, width: 90, height: 70 });
    const all = new FilledFrame(wide, bodies, nowhere, 'under').window(whole);
    expect(part.shape).toEqual([70, 90]);
    expect(part.get(69, 30)).toBe(all.get(129, 130));
    expect(part.get(69, 30)).toBeGreaterThan(60);
    for (let y = 0; y < 70; y += 3) {
      for (let x = 0; x < 90; x += 3) expect(part.get(y, x)).toBe(all.get(60 + y, 100 + x));
    }
  });
});
