import type { GreyImage } from '../../../harness/numeric/index.ts';
import { type AffineFit, affineFit, gridOf, type PlacedShift } from './affineFit.ts';
import { displacement } from './displacement.ts';

/** How the pixels of two frames of one field, taken alike, are displaced against each other. */
export interface Motion {
  readonly affine: AffineFit;
  /** Variance of what the affine part leaves in squares of 1 um, without noise, px^2 per axis. */
  readonly distortionPx2: number;
  /** The same averaged along the rows of squares: what changes in the course of the frame. */
  readonly courseRmsPx: number;
  /** Variance of what single rows do by themselves, px^2. */
  readonly jitterXPx2: number;
  readonly jitterYPx2: number;
  /** Amplitude of the strongest line of 3 to 60 cycles per frame, along either axis, px. */
  readonly linePx: number;
}

const squarePx = 96;
const marginPx = 16;
/** Neighbours on either side whose mean is taken off a row. */
const neighbours = 3;
const cycles = { from: 3, to: 60, step: 0.25 } as const;

/**
 * Both frames are compared with a third, slow one of the same field; what that one does itself
 * falls out of the difference.
 */
export function motionBetween(first: GreyImage, second: GreyImage, reference: GreyImage): Motion {
  const shifts = gridOf(reference, squarePx, marginPx).map(({ u, v, part }) => {
    const p = displacement(first, reference, part);
    const q = displacement(second, reference, part);
    const noise = (p.varianceX + q.varianceX + p.varianceY + q.varianceY) / 2;
    return { u, v, x: q.x - p.x, y: q.y - p.y, noise };
  });
  const affine = affineFit(shifts);
  const noise = shifts.reduce((sum, one) => sum + one.noise, 0) / shifts.length;
  const size = (rest: readonly PlacedShift[]) =>
    rest.reduce((sum, { x, y }) => sum + (x * x + y * y) / 2, 0) / rest.length;

  const half = (reference.width - 2 * marginPx) / 2;
  const left = rowMotion(first, second, reference, marginPx, half);
  const right = rowMotion(first, second, reference, marginPx + half, half);
  const whole = rowMotion(first, second, reference, marginPx, 2 * half);
  return {
    affine,
    distortionPx2: size(affine.rest) - noise,
    courseRmsPx: Math.sqrt(size(courseOf(affine.rest))),
    jitterXPx2: sharedVariance(left.x, right.x),
    jitterYPx2: sharedVariance(left.y, right.y),
    linePx: Math.max(strongestLine(whole.x), strongestLine(whole.y)),
  };
}

/** Means over the squares of one height. */
function courseOf(rest: readonly PlacedShift[]): PlacedShift[] {
  return [...new Set(rest.map(({ v }) => v))].map((v) => {
    const row = rest.filter((one) => one.v === v);
    const mean = (value: (one: PlacedShift) => number) =>
      row.reduce((sum, one) => sum + value(one), 0) / row.length;
    return { u: 0, v, x: mean(({ x }) => x), y: mean(({ y }) => y) };
  });
}

function rowMotion(
  first: GreyImage,
  second: GreyImage,
  reference: GreyImage,
  x: number,
  width: number,
) {
  const rows = Array.from({ length: reference.height - 2 }, (_, i) => {
    const part = { x, y: i + 1, width, height: 1 };
    const p = displacement(first, reference, part);
    const q = displacement(second, reference, part);
    return { x: q.x - p.x, y: q.y - p.y };
  });
  return { x: rows.map((row) => row.x), y: rows.map((row) => row.y) };
}

/**
 * Variance that the two halves of the rows have in common beyond their neighbours: the noise of one
 * half knows nothing of the other.
 */
function sharedVariance(left: readonly number[], right: readonly number[]): number {
  const [p, q] = [beyondNeighbours(left), beyondNeighbours(right)];
  const product = p.reduce((sum, value, i) => sum + value * q[i]!, 0) / p.length;
  return product / (1 + 1 / (2 * neighbours));
}

function beyondNeighbours(rows: readonly number[]): number[] {
  return rows.slice(neighbours, rows.length - neighbours).map((value, i) => {
    const around = rows.slice(i, i + 2 * neighbours + 1);
    const others = around.reduce((sum, one) => sum + one, 0) - value;
    return value - others / (2 * neighbours);
  });
}

function strongestLine(rows: readonly number[]): number {
  const mean = rows.reduce((sum, value) => sum + value, 0) / rows.length;
  let strongest = 0;
  for (let cycle = cycles.from; cycle <= cycles.to; cycle += cycles.step) {
    let [re, im] = [0, 0];
    for (const [i, value] of rows.entries()) {
      const phase = (2 * Math.PI * cycle * i) / rows.length;
      re += (value - mean) * Math.cos(phase);
      im += (value - mean) * Math.sin(phase);
    }
    strongest = Math.max(strongest, (2 * Math.hypot(re, im)) / rows.length);
  }
  return strongest;
}
