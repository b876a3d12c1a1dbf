/** Where one tile of a series is sharpest. */
export interface SeriesFit {
  /** In the unit of the offsets, within their range. */
  readonly optimum: number;
  /** Root mean square of what the fit leaves, the sharpness being scaled to 0 .. 1. */
  readonly rmse: number;
}

/** A smaller slope, per half of the range, says nothing. */
const leastSlope = 0.5;
/** A worse fit is rejected. */
const largestRmse = 0.25;

/**
 * Optimum of a series: of a parabola if it opens downwards, limited to the sampled range, or else the
 * upper end of a line if that is steep enough.
 *
 * @param offsets - At least 3, around 0, not all equal.
 * @param sharpness - As many; scaled to 0 .. 1 here, as the two limits are meant.
 * @returns nothing where neither fits.
 * @see SBEMimage/SBEMimage; the scaling to the span of the series is an assumption.
 */
export function fitSeries(
  offsets: readonly number[],
  sharpness: readonly number[],
): SeriesFit | undefined {
  const reach = Math.max(...offsets.map(Math.abs));
  const lowest = Math.min(...sharpness);
  const span = Math.max(...sharpness) - lowest;
  if (!(span > 0) || !(reach > 0)) return undefined;
  const x = offsets.map((offset) => offset / reach);
  const y = sharpness.map((value) => (value - lowest) / span);
  const n = x.length;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const meanX = mean(x);
  const meanY = mean(y);
  // Orthogonal polynomials: 1, p, q.
  const p = x.map((value) => value - meanX);
  const pp = mean(p.map((value) => value * value));
  const skew = mean(p.map((value) => value ** 3)) / pp;
  const q = p.map((value) => value * value - skew * value - pp);
  const qq = mean(q.map((value) => value * value));
  const slope = mean(p.map((value, i) => value * y[i]!)) / pp;
  const bend = qq > 1e-12 ? mean(q.map((value, i) => value * y[i]!)) / qq : 0;
  const isParabola = bend < 0;
  if (!isParabola && Math.abs(slope) < leastSlope) return undefined;
  const rest = y.map((value, i) => value - meanY - slope * p[i]! - (isParabola ? bend * q[i]! : 0));
  const rmse = Math.sqrt(mean(rest.map((value) => value * value)));
  if (rmse > largestRmse) return undefined;
  const peak = isParabola
    ? meanX + skew / 2 - slope / (2 * bend)
    : slope > 0
      ? Number.POSITIVE_INFINITY
      : Number.NEGATIVE_INFINITY;
  const optimum = Math.min(Math.max(peak, Math.min(...x)), Math.max(...x));
  return { optimum: optimum * reach, rmse };
}
