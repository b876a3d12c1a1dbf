import { describe, expect, it } from 'vitest';
import { goldSpecimen } from './goldSpecimen.ts';

const width = 900;
const height = 700;
const yields = goldSpecimen(12).rasterise({
  leftNm: 3000,
  topNm: 0,
  width,
  height,
  pixelSizeNm: 1,
});
/** Between the film and the gold. */
const threshold = 0.75;

/** Areas of the connected bright patches that do not touch the border of the picture, in nm^2. */
function patchAreas(): number[] {
  const seen = new Uint8Array(yields.length);
  const areas: number[] = [];
  for (let start = 0; start < yields.length; start++) {
    if (seen[start] === 1 || yields[start]! < threshold) continue;
    const queue = [start];
    seen[start] = 1;
    let touchesBorder = false;
    let area = 0;
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      area++;
      const x = next % width;
      const y = Math.floor(next / width);
      touchesBorder ||= x === 0 || y === 0 || x === width - 1 || y === height - 1;
      for (const step of [-1, 1, -width, width]) {
        const to = next + step;
        if (to < 0 || to >= yields.length || seen[to] === 1 || yields[to]! < threshold) continue;
        seen[to] = 1;
        queue.push(to);
      }
    }
    if (!touchesBorder) areas.push(area);
  }
  return areas;
}

describe('gold on carbon', () => {
  const diameters = patchAreas()
    .map((area) => Math.sqrt((4 * area) / Math.PI))
    .filter((diameter) => diameter > 3)
    .sort((a, b) => a - b);
  const quantile = (share: number) => diameters[Math.floor(share * diameters.length)]!;

  it('has grains of 10 to 60 nm, parted from one another, a few of them larger', () => {
    expect(diameters.length).toBeGreaterThan(150);
    expect(quantile(0.1)).toBeGreaterThan(8);
    expect(quantile(0.5)).toBeGreaterThan(22);
    expect(quantile(0.5)).toBeLessThan(45);
    expect(quantile(0.9)).toBeLessThan(65);
    expect(diameters.at(-1)).toBeGreaterThan(65);
    expect(diameters.at(-1)).toBeLessThan(190);
  });

  it('has gaps of some nm, and cracks of tens of nm', () => {
    const runs: number[] = [];
    for (let row = 0; row < height; row += 5) {
      let start = -1;
      for (let x = 0; x < width; x++) {
        const isDark = yields[row * width + x]! < threshold;
        if (isDark && start < 0) start = x;
        if (!isDark && start > 0) runs.push(x - start);
        if (!isDark) start = -1;
      }
    }
    runs.sort((a, b) => a - b);
    expect(runs[runs.length >> 1]).toBeGreaterThanOrEqual(3);
    expect(runs[runs.length >> 1]).toBeLessThanOrEqual(9);
    expect(runs[Math.floor(0.97 * runs.length)]).toBeGreaterThan(20);
  });

  it('is of high contrast, edges brighter than grains', () => {
    let squares = 0;
    for (const value of yields) squares += (value - 1) ** 2;
    expect(Math.sqrt(squares / yields.length)).toBeGreaterThan(0.4);
    expect(Math.max(...yields.subarray(0, 100_000))).toBeGreaterThan(1.6);
    expect(Math.min(...yields.subarray(0, 100_000))).toBeLessThan(0.25);
  });

  it('averages pixels of 10 nm over their area, to a tenth of the contrast', () => {
    const coarse = goldSpecimen(12).rasterise({
      ...{ leftNm: 3000, topNm: 0, width: width / 10, height: height / 10, pixelSizeNm: 10 },
    });
    let squares = 0;
    coarse.forEach((value, at) => {
      const column = 10 * (at % (width / 10));
      const row = 10 * Math.floor(at / (width / 10));
      let sum = 0;
      for (let y = 0; y < 10; y++)
        for (let x = 0; x < 10; x++) sum += yields[(row + y) * width + column + x]!;
      squares += (value - sum / 100) ** 2;
    });
    expect(Math.sqrt(squares / coarse.length)).toBeLessThan(0.04);
  });
});
