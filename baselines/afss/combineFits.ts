import { median } from '../../harness/statistics/index.ts';
import type { SeriesFit } from './fitSeries.ts';

/** Fewer good fits are none. */
const fewestFits = 3;
/** A fit this many scaled median deviations from the median is an outlier. */
const outlierSds = 3;
/** From the median of absolute deviations to a standard deviation. */
const sdPerMedianDeviation = 1.4826;
/** Added to every RMSE: three samples fit a parabola without any. */
const rmseFloor = 0.05;

/**
 * The optimum of a series over all tiles: outliers from the median are dropped, the mean of the rest
 * is weighted with one over the RMSE.
 *
 * @param fits - Of the tiles that could be fitted.
 * @returns nothing for fewer than 3 good fits; `sd` is the standard deviation of the mean.
 */
export function combineFits(
  fits: readonly SeriesFit[],
): { readonly optimum: number; readonly sd: number; readonly count: number } | undefined {
  if (fits.length < fewestFits) return undefined;
  const middle = median(fits.map(({ optimum }) => optimum));
  const spread = sdPerMedianDeviation * median(fits.map((fit) => Math.abs(fit.optimum - middle)));
  const good = fits.filter(({ optimum }) => Math.abs(optimum - middle) <= outlierSds * spread);
  if (good.length < fewestFits) return undefined;
  const weights = good.map(({ rmse }) => 1 / (rmse + rmseFloor));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const optimum = good.reduce((sum, fit, i) => sum + (weights[i]! / total) * fit.optimum, 0);
  const variance = good.reduce(
    (sum, fit, i) => sum + ((weights[i]! / total) * (fit.optimum - optimum)) ** 2,
    0,
  );
  return { optimum, sd: Math.sqrt(variance), count: good.length };
}
