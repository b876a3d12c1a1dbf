import { describe, expect, it } from 'vitest';
import { blockNm, type LithoBlock, lithoBlock, streetNm } from './LithoBlock.ts';
import { paintBlock } from './paintBlock.ts';

const lines: LithoBlock = {
  ...{ pattern: 'vertical lines', salt: 4711, pitchNm: 100, openingNm: 48, isStaggered: false },
};

/** Paints part of a block; left and top count from the corner of the pattern. */
function paint(
  block: LithoBlock,
  part: { left: number; top: number; width: number; height: number; pixelSizeNm: number },
) {
  const { left, top, width, height, pixelSizeNm } = part;
  const out = new Float32Array(width * height);
  paintBlock(
    block,
    {
      ...{ firstColumn: 0, endColumn: width, firstRow: 0, endRow: height },
      ...{ leftNm: -left, topNm: -top },
    },
    { leftNm: left, topNm: top, width, height, pixelSizeNm },
    out,
  );
  return out;
}

/** Positions where a row falls through 0.8, the resist being brighter: left edges of openings. */
function fallingEdges(values: Float32Array): number[] {
  const edges: number[] = [];
  for (let at = 1; at < values.length; at++) {
    const before = values[at - 1]!;
    const here = values[at]!;
    if (before >= 0.8 && here < 0.8) edges.push(at - 1 + (before - 0.8) / (before - here));
  }
  return edges;
}

describe('lines and spaces', () => {
  const width = 2000;
  const height = 2400;
  const values = paint(lines, { left: 1000, top: 500, width, height, pixelSizeNm: 1 });
  const edges = Array.from({ length: height }, (_, row) =>
    fallingEdges(values.subarray(row * width, (row + 1) * width)),
  );

  it('lie at the pitch', () => {
    for (const row of edges) {
      expect(row).toHaveLength(20);
      row.slice(1).forEach((edge, n) => {
        expect(Math.abs(edge - row[n]! - 100)).toBeLessThan(12);
      });
    }
  });

  it('have edges that are rough by 1.5 nm, correlated over 30 nm', () => {
    const deviations = edges[0]!.map((_, n) => {
      const column = edges.map((row) => row[n]!);
      const mean = column.reduce((sum, value) => sum + value, 0) / height;
      return column.map((value) => value - mean);
    });
    const product = (lag: number) => {
      let sum = 0;
      for (const column of deviations) {
        for (let row = lag; row < height; row++) sum += column[row]! * column[row - lag]!;
      }
      return sum / (deviations.length * (height - lag));
    };
    expect(Math.sqrt(product(0))).toBeGreaterThan(1.35);
    expect(Math.sqrt(product(0))).toBeLessThan(1.65);
    expect(product(30) / product(0)).toBeGreaterThan(0.25);
    expect(product(30) / product(0)).toBeLessThan(0.5);
    expect(Math.abs(product(300) / product(0))).toBeLessThan(0.1);
  });

  it('are dark between, brightest at the edges', () => {
    const row = values.subarray(0, width);
    const edge = edges[0]![5]!;
    const [floor, rim, top] = [edge + 24, edge - 2, edge - 26].map((x) => row[Math.round(x)]!);
    expect(rim! / top!).toBeGreaterThan(1.4);
    expect(floor! / top!).toBeLessThan(0.6);
  });

  it('horizontal ones are vertical ones with x and y exchanged', () => {
    const part = { left: -200, top: 300, width: 70, height: 50, pixelSizeNm: 10 };
    const vertical = paint(lines, part);
    const horizontal = paint(
      { ...lines, pattern: 'horizontal lines' },
      { ...part, left: 300, top: -200, width: 50, height: 70 },
    );
    vertical.forEach((value, at) => {
      const [x, y] = [at % 70, Math.floor(at / 70)];
      expect(horizontal[x * 50 + y]).toBe(value);
    });
  });
});

describe('pixels of 10 nm', () => {
  it.each([
    lines,
    { ...lines, pitchNm: 60, openingNm: 30 },
    { ...lines, pattern: 'contacts' as const, pitchNm: 140, openingNm: 70 },
  ])('are means over their area, to 2 %: $pattern, pitch $pitchNm nm', (block) => {
    const coarse = paint(block, { left: -100, top: -60, width: 60, height: 60, pixelSizeNm: 10 });
    const fine = paint(block, { left: -100, top: -60, width: 600, height: 600, pixelSizeNm: 1 });
    let squares = 0;
    coarse.forEach((value, at) => {
      let sum = 0;
      for (let y = 0; y < 10; y++) {
        for (let x = 0; x < 10; x++)
          sum += fine[(10 * Math.floor(at / 60) + y) * 600 + 10 * (at % 60) + x]!;
      }
      squares += (value - sum / 100) ** 2;
    });
    expect(Math.sqrt(squares / coarse.length)).toBeLessThan(0.02);
  });
});

describe('contact holes', () => {
  it('have the declared area; every other row is shifted where they are staggered', () => {
    const block: LithoBlock = { ...lines, pattern: 'contacts', pitchNm: 200, openingNm: 100 };
    const inside = { left: 650, top: 650, width: 800, height: 800, pixelSizeNm: 1 };
    const dark = paint(block, inside).reduce((sum, value) => sum + (value < 0.85 ? 1 : 0), 0);
    expect(dark / 800 ** 2).toBeGreaterThan(0.185);
    expect(dark / 800 ** 2).toBeLessThan(0.21);
    const staggered = paint({ ...block, isStaggered: true }, inside);
    // The pattern begins 50 nm inside the square, so rows 3 and 4 lie at 750 and 950 nm.
    const middles = [100, 300].map((row) => {
      const line = staggered.subarray(row * 800, (row + 1) * 800);
      return fallingEdges(line).map((edge) => (edge + 50) % 200);
    });
    for (const edge of middles[0]!) {
      for (const other of middles[1]!)
        expect(Math.abs(Math.abs(edge - other) - 100)).toBeLessThan(10);
    }
  });
});

describe('the layout', () => {
  it('has all patterns, pitches within their ranges, in squares that leave a street', () => {
    const blocks = Array.from({ length: 300 }, (_, at) =>
      lithoBlock(9, at % 20, Math.floor(at / 20)),
    );
    for (const pattern of ['vertical lines', 'horizontal lines', 'contacts'] as const) {
      const kind = blocks.filter((block) => block.pattern === pattern);
      expect(kind.length).toBeGreaterThan(50);
      const [least, most] = pattern === 'contacts' ? [140, 500] : [60, 400];
      for (const { pitchNm, openingNm } of kind) {
        expect(pitchNm % 10).toBe(0);
        expect(pitchNm).toBeGreaterThanOrEqual(least);
        expect(pitchNm).toBeLessThanOrEqual(most);
        expect(openingNm / pitchNm).toBeGreaterThanOrEqual(0.45);
        expect(openingNm / pitchNm).toBeLessThanOrEqual(0.6);
      }
    }
    const beyond = paint(lines, { left: -140, top: -140, width: 8, height: 8, pixelSizeNm: 10 });
    expect(Math.max(...beyond) - Math.min(...beyond)).toBeLessThan(1e-3);
    expect(blockNm - streetNm).toBe(5700);
  });
});
