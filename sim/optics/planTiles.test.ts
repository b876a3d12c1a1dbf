import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFftLength } from '../../harness/numeric/index.ts';
import { planTiles } from './planTiles.ts';

const side = fc.integer({ min: 1, max: 900 });
const margin = fc.integer({ min: 0, max: 500 });

describe('planTiles', () => {
  it('covers every pixel exactly once', () => {
    fc.assert(
      fc.property(side, side, margin, (width, height, border) => {
        const { origins, validWidth, validHeight } = planTiles(width, height, border);
        let area = 0;
        const corners = new Set<string>();
        for (const { x, y } of origins) {
          // On a lattice of the valid size, each cell once: no overlap, and the areas add up.
          expect(x % validWidth).toBe(0);
          expect(y % validHeight).toBe(0);
          corners.add(`${x} ${y}`);
          const columns = Math.min(validWidth, width - x);
          const rows = Math.min(validHeight, height - y);
          expect(Math.min(columns, rows)).toBeGreaterThan(0);
          area += columns * rows;
        }
        expect(corners.size).toBe(origins.length);
        expect(area).toBe(width * height);
      }),
    );
  });

  it('leaves the margin all round every valid part, in lengths that the FFT can do', () => {
    fc.assert(
      fc.property(side, side, margin, (width, height, border) => {
        const { tileWidth, tileHeight, validWidth, validHeight } = planTiles(width, height, border);
        expect(tileWidth - validWidth).toBe(2 * border);
        expect(tileHeight - validHeight).toBe(2 * border);
        expect(isFftLength(tileWidth) && isFftLength(tileHeight)).toBe(true);
        expect(tileHeight % 16).toBe(0);
      }),
    );
  });

  it('prefers several tiles, which share a transfer function, to a large one', () => {
    const { origins, tileWidth, tileHeight } = planTiles(2048, 1536, 96);
    expect(origins.length).toBeGreaterThan(1);
    expect(origins.length * tileWidth * tileHeight).toBeLessThan(1.8 * 2048 * 1536);
  });

  it('takes a single tile where the margin is wider than the frame', () => {
    expect(planTiles(200, 100, 256).origins.length).toBe(1);
  });

  it('refuses a margin that leaves no room', () => {
    expect(() => planTiles(100, 100, 2047)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: margin must leave room in a tile of 4096 px. Received 2047 px]`,
    );
  });
});
