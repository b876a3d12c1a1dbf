/** Weight, centre and covariance of a distribution on pixels; px, x to the right, y down. */
export interface Moments {
  readonly sum: number;
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly yy: number;
  readonly xy: number;
}

/** @param values - Row-major `[height, width]`. Column c and row r lie at c - originX, r - originY. */
export function momentsOf(
  values: ArrayLike<number>,
  width: number,
  originX: number,
  originY: number,
): Moments {
  let [sum, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const x = (i % width) - originX;
    const y = Math.floor(i / width) - originY;
    const value = values[i]!;
    sum += value;
    sx += value * x;
    sy += value * y;
    sxx += value * x * x;
    syy += value * y * y;
    sxy += value * x * y;
  }
  const [x, y] = [sx / sum, sy / sum];
  return { sum, x, y, xx: sxx / sum - x * x, yy: syy / sum - y * y, xy: sxy / sum - x * y };
}
