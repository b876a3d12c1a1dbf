import { expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import { ascendingYields } from './ascendingYields.ts';

it('is the order of sort, to the last bit, and leaves the yields as they are', () => {
  const random = new RandomStream(1, 'yields');
  for (const scale of [1e-30, 1, 1e30]) {
    const yields = Float32Array.from({ length: 10_001 }, (_, i) =>
      i % 7 === 0 ? 0 : scale * Math.abs(random.normal()),
    );
    const given = yields.slice();
    expect(ascendingYields(yields)).toEqual(yields.slice().sort());
    expect(yields).toEqual(given);
  }
  expect(ascendingYields(Float32Array.of(2, 0, 1))).toEqual(Float32Array.of(0, 1, 2));
});
