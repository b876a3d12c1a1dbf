import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchLayout } from './patchLayout.ts';

describe('patchLayout', () => {
  it('spreads 4 patches of 768 px over a 2048 x 1536 frame as a 2 x 2 grid', () => {
    const patches = patchLayout(2048, 1536, { patchSidePx: 768, patches: 4 });
    expect(patches.map(({ x, y }) => [x, y])).toEqual([
      [128, 0],
      [1152, 0],
      [128, 768],
      [1152, 768],
    ]);
  });

  it('chooses the largest side that fits, at most 384, and as many as fit side by side', () => {
    const auto = { patchSidePx: 'auto', patches: 'auto' } as const;
    expect(patchLayout(2048, 1536, auto)).toHaveLength(16);
    expect(patchLayout(600, 500, auto)).toEqual([{ x: 108, y: 58, width: 384, height: 384 }]);
  });

  it('keeps every patch inside the frame, however many are asked', () => {
    const size = fc.integer({ min: 64, max: 3000 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 60 }), (width, height, patches) => {
        for (const p of patchLayout(width, height, { patchSidePx: 64, patches })) {
          expect(Math.min(p.x, p.y)).toBeGreaterThanOrEqual(0);
          expect(p.x + 64).toBeLessThanOrEqual(width);
          expect(p.y + 64).toBeLessThanOrEqual(height);
        }
      }),
    );
  });

  it('refuses a patch larger than the frame, naming both', () => {
    expect(() =>
      patchLayout(300, 200, { patchSidePx: 256, patches: 1 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: patchSidePx must be in [64, 200] for a 300 x 200 px image. Received 256]`,
    );
  });
});
