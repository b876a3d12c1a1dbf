import type { Calibration } from '../../microscope/index.ts';
import type { PairEstimator } from '../PairEstimator.ts';
import { checkPair } from './checkPair.ts';

/**
 * An estimator that is asked only about two exposures of one place which show something, in one depth and
 * contrast. Of others it is not asked: the estimate is declined, with what is wrong in numbers.
 *
 * Every estimator comes through here, in loops and for files; see `checkPair` for what is asked.
 */
export function checkedEstimator(
  estimator: PairEstimator,
  { imageShiftNmPerUm }: Pick<Calibration, 'imageShiftNmPerUm'>,
): PairEstimator {
  return {
    async estimate(given) {
      const [height, width] = given.under.shape;
      const [otherHeight, otherWidth] = given.over.shape;
      // Of frames of two sizes the estimator itself has to say which it was handed.
      if (height !== otherHeight || width !== otherWidth) return estimator.estimate(given);
      const pxPerNmPerUm = (2 * given.perturbationUm) / given.pixelSizeNm;
      const checked = checkPair(given, {
        x: imageShiftNmPerUm.x * pxPerNmPerUm,
        y: imageShiftNmPerUm.y * pxPerNmPerUm,
      });
      if ('declined' in checked) {
        return {
          correction: { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 },
          astigmatismUm: { a: 0, b: 0 },
          declined: checked.declined,
        };
      }
      const { pair, warnings } = checked;
      const estimate = await estimator.estimate({ ...given, ...pair });
      return warnings.length === 0 ? estimate : { ...estimate, warnings };
    },
  };
}
