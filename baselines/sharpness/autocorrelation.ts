import { differenceEnergy } from './differenceEnergy.ts';
import type { SharpnessMetric } from './SharpnessMetric.ts';

/** Lags in standard deviations of the low-pass. */
const nearLag = 1;
const farLag = 4;

/**
 * How far the autocorrelation falls from a near to a far lag, neither of them at the peak that
 * noise makes at zero.
 *
 * @see K. H. Ong, J. C. H. Phang, J. T. L. Thong 1997, A robust focusing and astigmatism correction
 *   method for the scanning electron microscope, Scanning 19.
 */
export const autocorrelation: SharpnessMetric = {
  name: 'autocorrelation',
  summary: 'fall of the autocorrelation from a near to a far lag (Ong 1997)',
  dividedBy: 'contrast',
  energy: (halves, part) => {
    const near = Math.max(1, Math.round(nearLag * halves.scaleBins));
    const far = Math.max(near + 1, Math.round(farLag * halves.scaleBins));
    // R(near) - R(far), as half the difference of the structure functions: no mean to subtract.
    return (differenceEnergy(halves, part, far) - differenceEnergy(halves, part, near)) / 2;
  },
};
