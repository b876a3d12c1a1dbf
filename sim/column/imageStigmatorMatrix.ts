import type { Calibration } from '../../harness/microscope/index.ts';
import { rotateVector } from '../scan/rotateVector.ts';

type Matrix = Calibration['stigmatorMatrixUmPerUnit'];

/**
 * The stigmator matrix in the axes of a rotated image: the stigmators stay with the column, and
 * (a, b) turns with twice the scan rotation. At 90 degrees both components change sign.
 */
export function imageStigmatorMatrix(columnMatrix: Matrix, rotationDeg: number): Matrix {
  const [[ax, ay], [bx, by]] = columnMatrix;
  const first = rotateVector({ x: ax, y: bx }, 2 * rotationDeg);
  const second = rotateVector({ x: ay, y: by }, 2 * rotationDeg);
  return [
    [first.x, second.x],
    [first.y, second.y],
  ];
}
