import { describe, expect, it } from 'vitest';
import { greyRows } from './greyRows.ts';
import { RandomStream } from './RandomStream.ts';
import { samplePoisson } from './samplePoisson.ts';

const width = 23;
const rows = [
  { offset: 320, linear: 3, quadratic: -2 },
  { offset: 100.25, linear: 0, quadratic: 0 },
  { offset: 500, linear: -7, quadratic: 11 },
];
const yields = Float32Array.from({ length: width * rows.length }, (_, i) => 1 + Math.sin(i));
const base = {
  ...{ yields, width, rows, countsAtYield1: 137.3, gain: -1.7, colour: 0.06 },
  ...{ firstU: -0.9, stepU: 0.07 },
};
const added = Float64Array.from(yields, (_, i) => 5 * Math.cos(3 * i));

describe('greyRows', () => {
  it.each([
    ['8 bit', 1, undefined],
    ['16 bit', 257, undefined],
    ['8 bit, with something to add', 1, added],
    ['16 bit, with something to add', 257, added],
  ])('gives the same bits as one pixel at a time: %s', (_, scale, addend) => {
    const out = scale === 1 ? new Uint8Array(yields.length) : new Uint16Array(yields.length);
    greyRows({ ...base, random: new RandomStream(4, 'noise'), added: addend }, out);
    const means = yields.map((value) => value * base.countsAtYield1);
    const counts = samplePoisson(means, new RandomStream(4, 'noise'));
    const whiten = 1 / Math.sqrt(1 + base.colour * base.colour);
    const wanted = rows.flatMap(({ offset, linear, quadratic }, y) => {
      let u = base.firstU;
      let before = 0;
      return Array.from({ length: width }, (_, x) => {
        const i = y * width + x;
        const fluctuation = counts[i]! - means[i]!;
        const signal = means[i]! + whiten * (fluctuation + base.colour * before);
        before = fluctuation;
        let value = offset + base.gain * signal + u * (linear + quadratic * u);
        value += addend?.[i] ?? 0;
        u += base.stepU;
        return Math.floor(Math.max(0, Math.min(255 * scale, value * scale + 0.5)));
      });
    });
    expect([...out]).toEqual(wanted);
    expect(new Set(out).size).toBeGreaterThan(20);
    expect(wanted).toContain(0);
    expect(wanted).toContain(255 * scale);
  });

  it('refuses counts that cannot be and lengths that differ', () => {
    const random = new RandomStream(4, 'noise');
    const out = new Uint8Array(yields.length);
    const negative = yields.slice();
    negative[50] = -1;
    expect(() =>
      greyRows({ ...base, random, yields: negative }, out),
    ).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: mean must be a finite count >= 0. Received -137.3000030517578]`,
    );
    expect(() => greyRows({ ...base, random }, out.subarray(1))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: greyRows needs 23 x 3 values. Received 68]`,
    );
  });
});
