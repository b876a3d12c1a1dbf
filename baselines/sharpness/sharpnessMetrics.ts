import { autocorrelation } from './autocorrelation.ts';
import { brenner } from './brenner.ts';
import { laplacian } from './laplacian.ts';
import { normalisedVariance } from './normalisedVariance.ts';
import type { SharpnessMetric } from './SharpnessMetric.ts';
import { spectralBand } from './spectralBand.ts';
import { tenengrad } from './tenengrad.ts';

/** The names of the metrics, in the order in which they are listed. */
export const sharpnessMetricNames = [
  'normalised-variance',
  'tenengrad',
  'laplacian',
  'brenner',
  'spectral-band',
  'autocorrelation',
] as const;

export type SharpnessMetricName = (typeof sharpnessMetricNames)[number];

/** The metrics by their names. */
export const sharpnessMetrics: Readonly<Record<SharpnessMetricName, SharpnessMetric>> = {
  'normalised-variance': normalisedVariance,
  tenengrad,
  laplacian,
  brenner,
  'spectral-band': spectralBand,
  autocorrelation,
};
