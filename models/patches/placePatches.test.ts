import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertPatchFits, placePatches } from './placePatches.ts';

const sizes = fc
  .record({
    side: fc.integer({ min: 1, max: 400 }),
    moreWidth: fc.integer({ min: 0, max: 500 }),
    moreHeight: fc.integer({ min: 0, max: 500 }),
  })
  .map(({ side, moreWidth, moreHeight }) => ({
    side,
    frame: { width: side + moreWidth, height: side + moreHeight },
  }));
const counts = fc.record({
  patches: fc.integer({ min: 1, max: 40 }),
  patchSeed: fc.integer({ min: 0, max: 1e6 }),
});

describe('placePatches', () => {
  it('puts as many as are asked for on whole pixels inside the frame', () => {
    fc.assert(
      fc.property(sizes, counts, ({ frame, side }, options) => {
        const places = placePatches(frame, side, options);
        expect(places).toHaveLength(options.patches);
        for (const { x, y } of places) {
          expect(Number.isInteger(x) && Number.isInteger(y)).toBe(true);
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
          expect(x + side).toBeLessThanOrEqual(frame.width);
          expect(y + side).toBeLessThanOrEqual(frame.height);
        }
      }),
    );
  });

  it('has the same places for the same seed, and fewer are the first of more', () => {
    fc.assert(
      fc.property(sizes, counts, ({ frame, side }, options) => {
        const more = placePatches(frame, side, { ...options, patches: options.patches + 5 });
        expect(placePatches(frame, side, options)).toEqual(more.slice(0, options.patches));
      }),
    );
  });

  it('has other places for another seed', () => {
    const frame = { width: 1024, height: 768 };
    const [first, second] = [1, 2].map((patchSeed) =>
      placePatches(frame, 128, { patches: 10, patchSeed }),
    );
    expect(first).not.toEqual(second);
  });

  it('reaches every place, the last column and row included', () => {
    const places = placePatches({ width: 12, height: 11 }, 10, { patches: 200, patchSeed: 0 });
    const found = (of: 'x' | 'y') => [...new Set(places.map((place) => place[of]))].sort();
    expect(found('x')).toEqual([0, 1, 2]);
    expect(found('y')).toEqual([0, 1]);
  });

  it('has one place in a frame that fits exactly', () => {
    const frame = { width: 64, height: 64 };
    expect(placePatches(frame, 64, { patches: 2, patchSeed: 3 })).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: 0 },
    ]);
  });
});

describe('assertPatchFits', () => {
  it('lets through what fits, to the pixel', () => {
    expect(() => assertPatchFits({ width: 384, height: 400 }, 384)).not.toThrow();
  });

  it.each([
    { width: 383, height: 400 },
    { width: 400, height: 383 },
  ])('refuses a frame that is too small either way, with both sizes: $width x $height', (frame) => {
    expect(() => assertPatchFits(frame, 384)).toThrow(
      `the network needs patches of 384 x 384 px, but the image has only ${frame.width} x ${frame.height} px`,
    );
  });
});
