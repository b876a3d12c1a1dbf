import type { Rectangle } from '../../../harness/microscope/index.ts';
import type { GreyImage } from '../../../harness/numeric/index.ts';

/** How far the content of a part of one frame lies from where it is in another, px. */
export interface Displacement {
  readonly x: number;
  readonly y: number;
  /** Variances of `x` and `y` that the noise of the frame gives. */
  readonly varianceX: number;
  readonly varianceY: number;
}

/** Where the reference is outside, the frame may be clipped. */
const greyRange = [50, 220] as const;

/**
 * Least squares for `frame = a + b * reference - b * (x * d/dx + y * d/dy) reference`: exact for
 * displacements that are small against the blur, and not biased by the noise of `frame`. That of
 * the reference makes the result too small, by its share of the variance of the gradient.
 *
 * @param reference - The same field, exposed long enough for noise to be small, and blurred.
 * @param part - At least one pixel away from the border.
 */
export function displacement(
  frame: GreyImage,
  reference: GreyImage,
  part: Rectangle,
): Displacement {
  const { width } = reference;
  const normal = new Float64Array(16);
  const right = new Float64Array(4);
  const terms = new Float64Array(4);
  let [count, squares] = [0, 0];
  for (let y = part.y; y < part.y + part.height; y++) {
    for (let i = y * width + part.x; i < y * width + part.x + part.width; i++) {
      const grey = reference.data[i]!;
      if (grey < greyRange[0] || grey > greyRange[1]) continue;
      terms[0] = 1;
      terms[1] = grey;
      terms[2] = (reference.data[i - 1]! - reference.data[i + 1]!) / 2;
      terms[3] = (reference.data[i - width]! - reference.data[i + width]!) / 2;
      const value = frame.data[i]!;
      for (let p = 0; p < 4; p++) {
        for (let q = 0; q < 4; q++) normal[4 * p + q]! += terms[p]! * terms[q]!;
        right[p]! += terms[p]! * value;
      }
      count += 1;
      squares += value * value;
    }
  }
  const inverse = inverse4(normal);
  const solution = [0, 1, 2, 3].map((p) =>
    [0, 1, 2, 3].reduce((sum, q) => sum + inverse[4 * p + q]! * right[q]!, 0),
  );
  const explained = solution.reduce((sum, value, p) => sum + value * right[p]!, 0);
  const noise = (squares - explained) / (count - 4);
  const gain = solution[1]!;
  return {
    x: solution[2]! / gain,
    y: solution[3]! / gain,
    varianceX: (noise * inverse[10]!) / gain ** 2,
    varianceY: (noise * inverse[15]!) / gain ** 2,
  };
}

/** Gauss-Jordan elimination of a symmetric positive matrix, row-major. */
function inverse4(matrix: Float64Array): Float64Array {
  const left = matrix.slice();
  const inverse = new Float64Array(16);
  for (let p = 0; p < 4; p++) inverse[5 * p] = 1;
  for (let p = 0; p < 4; p++) {
    const pivot = left[5 * p]!;
    for (let column = 0; column < 4; column++) {
      left[4 * p + column]! /= pivot;
      inverse[4 * p + column]! /= pivot;
    }
    for (let q = 0; q < 4; q++) {
      if (q === p) continue;
      const factor = left[4 * q + p]!;
      for (let column = 0; column < 4; column++) {
        left[4 * q + column]! -= factor * left[4 * p + column]!;
        inverse[4 * q + column]! -= factor * inverse[4 * p + column]!;
      }
    }
  }
  return inverse;
}
