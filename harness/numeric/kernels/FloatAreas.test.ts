import { describe, expect, it } from 'vitest';
import { RandomStream } from '../RandomStream.ts';
import { FloatAreas } from './FloatAreas.ts';

const random = new RandomStream(1, 'areas');
const noise = () => random.normal();

describe('FloatAreas', () => {
  it.each([
    [4, 4, 4],
    [8, 12, 16],
    [12, 4, 100],
  ])('multiplies matrices: %d by %d rows of %d', (rows, columns, n) => {
    const kernels = new FloatAreas([rows * n, columns * n, rows * columns, columns * n]);
    const [a, b, out, sums] = kernels.areas as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    a.set(a.map(noise));
    b.set(b.map(noise));
    kernels.products(a, b, out, rows);
    out.forEach((value, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      let wanted = 0;
      for (let i = 0; i < n; i++) wanted += a[row * n + i]! * b[column * n + i]!;
      expect(Math.abs(value - wanted)).toBeLessThan(1e-4);
    });
    // Some rows without any slope: they are left out of the sums.
    out.fill(0, 0, columns);
    sums.fill(7);
    kernels.outerProducts(out, a, sums, rows);
    sums.forEach((value, at) => {
      const [column, i] = [Math.floor(at / n), at % n];
      let wanted = 0;
      for (let row = 0; row < rows; row++) wanted += out[row * columns + column]! * a[row * n + i]!;
      expect(Math.abs(value - wanted)).toBeLessThan(1e-3);
    });
  });

  it('lets areas alone that are not written to', () => {
    const kernels = new FloatAreas([16, 16, 16, 16]);
    const [a, b, out, other] = kernels.areas as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    a.fill(1);
    b.fill(2);
    other.fill(3);
    kernels.products(a, b, out, 4);
    expect([...a, ...b, ...other]).toEqual([1, 2, 3].flatMap((value) => Array(16).fill(value)));
    expect([...out]).toEqual(Array(16).fill(8));
  });

  it('refuses arrays that are no areas, and sizes that are no multiples of four', () => {
    const kernels = new FloatAreas([16, 16, 16, 24]);
    const [a, b, out, more] = kernels.areas as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    expect(() => kernels.products(new Float32Array(16), b, out, 4)).toThrow(RangeError);
    expect(() => kernels.products(more.subarray(1, 17), b, out, 4)).toThrow(RangeError);
    expect(() => kernels.products(a, b, out, 3)).toThrow(
      'rows and columns must be multiples of 4. Received 16 floats in 3 rows',
    );
    expect(() => kernels.products(a, b, more, 4)).toThrow('out must hold 16 floats. Received 24');
  });
});
