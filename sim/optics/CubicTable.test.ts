import { expect, it } from 'vitest';
import { CubicTable } from './CubicTable.ts';

it('CubicTable is exact for cubics and good to (3/128) step^4 f"" otherwise', () => {
  const cubic = (x: number) => 1 - 2 * x + 3 * x * x - 4 * x ** 3;
  const exact = new CubicTable(cubic, 2, 0.25);
  const cosine = new CubicTable(Math.cos, 2, 0.125);
  for (const x of [0, 0.1, 0.99, 1, 1.37, 2]) {
    expect(exact.at(x)).toBeCloseTo(cubic(x), 12);
    expect(Math.abs(cosine.at(x) - Math.cos(x))).toBeLessThan((3 / 128) * 0.125 ** 4);
  }
});
