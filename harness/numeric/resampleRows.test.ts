import { describe, expect, it } from 'vitest';
import { RandomStream } from './RandomStream.ts';
import { resampleRows } from './resampleRows.ts';

const weights = Float64Array.from({ length: 8 * 256 }, (_, i) => {
  const distance = (i % 8) - 3 - Math.floor(i / 8) / 256;
  return Math.max(0, 1 - Math.abs(distance)) + 0.01 * Math.cos(i);
});

/** One pixel at a time, as resampleRows describes it. */
function reference(
  image: Float32Array,
  [width, height]: readonly [number, number],
  padPx: number,
  rows: readonly (readonly [Float32Array, Float32Array])[],
): Float32Array {
  const wide = width + 2 * padPx;
  const phaseOf = (px: number) => Math.floor(px * 256 + 0.5) | 0;
  const sumOf = (phase: number, valueAt: (tap: number) => number) => {
    let sum = weights[(phase & 255) * 8]! * valueAt((phase >> 8) - 3);
    for (let tap = 1; tap < 8; tap++)
      sum += weights[(phase & 255) * 8 + tap]! * valueAt((phase >> 8) + tap - 3);
    return sum;
  };
  return Float32Array.from({ length: width * height }, (_, i) => {
    const y = Math.floor(i / width);
    const [dx, dy] = rows[y]!;
    const last = width - 1;
    const dyOf = (column: number) => {
      let left = 0;
      while (left + 1 < last && left + 1 + dx[left + 1]! <= column) left++;
      const right = Math.min(last, left + 1);
      const share = (column - left - dx[left]!) / (1 + dx[right]! - dx[left]!);
      return dy[left]! + Math.max(0, Math.min(1, share)) * (dy[right]! - dy[left]!);
    };
    const x = i % width;
    const value = sumOf(phaseOf(dx[x]!), (across) =>
      Math.fround(
        sumOf(
          phaseOf(dyOf(x + across)),
          (down) => image[(y + padPx + down) * wide + padPx + x + across]!,
        ),
      ),
    );
    return Math.max(0, value);
  });
}

describe('resampleRows', () => {
  it.each([
    [1, 3],
    [2, 2],
    [37, 5],
    [64, 4],
  ])('gives the same bits as one pixel at a time: %d x %d px', (width, height) => {
    const random = new RandomStream(width, 'resample');
    const padPx = 9;
    const image = Float32Array.from({ length: (width + 18) * (height + 18) }, () =>
      random.uniformBetween(-1, 2),
    );
    const rows = Array.from({ length: height }, (_, y) => {
      const dx = Float32Array.from({ length: width }, (_, x) => 2.5 * Math.sin(x / 9 + y));
      const dy = Float32Array.from({ length: width }, () => random.uniformBetween(-2.5, 2.5));
      // Pixels that stand still, and two that fall on each other.
      if (y === 1) dx.fill(0);
      if (y === 2 && width > 6) dx.set([1, 0, -1], 3);
      return [dx, dy] as const;
    });
    const found = resampleRows({
      ...{ image, width, height, padPx, marginPx: 7, weights },
      displacement: (y, dx, dy) => {
        dx.set(rows[y]![0]);
        dy.set(rows[y]![1]);
      },
    });
    expect(found).toEqual(reference(image, [width, height], padPx, rows));
  });

  it('refuses what does not fit', () => {
    const fitting = {
      ...{ image: new Float32Array(20 * 20), width: 4, height: 4, padPx: 8, marginPx: 6, weights },
      displacement: () => {},
    };
    const received = (change: Partial<typeof fitting>) => () =>
      resampleRows({ ...fitting, ...change });
    expect(received({ image: new Float32Array(7) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: image must be 4 x 4 px and 8 px more on every side. Received 7 px]`,
    );
    expect(received({ marginPx: 3 })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: marginPx must be from 4 to 8 px. Received 3]`,
    );
    expect(received({ marginPx: 9 })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: marginPx must be from 4 to 8 px. Received 9]`,
    );
    expect(received({ weights: new Float64Array(8) })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: weights must be 2048. Received 8]`,
    );
  });
});
