/** A straight line through points. */
export interface Line {
  readonly slope: number;
  /** Value at 0. */
  readonly intercept: number;
}

/**
 * Ordinary least squares.
 *
 * @param points - At least two, not all at the same x.
 */
export function fitLine(points: readonly { readonly x: number; readonly y: number }[]): Line {
  const n = points.length;
  const centreX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const centreY = points.reduce((sum, { y }) => sum + y, 0) / n;
  const xx = points.reduce((sum, { x }) => sum + (x - centreX) ** 2, 0);
  const xy = points.reduce((sum, { x, y }) => sum + (x - centreX) * (y - centreY), 0);
  const slope = xy / xx;
  return { slope, intercept: centreY - slope * centreX };
}
