import type { Witnesses } from '../../harness/focusing/index.ts';
import type { Calibration } from '../../harness/microscope/index.ts';
import { registry } from '../lab/index.ts';

/** The estimators that check what focusing came to, whatever algorithm it was done with. */
export function witnessesFor(calibration: Calibration): Witnesses {
  const estimator = (name: string) => {
    // A calibration has found the pupil from many pairs; the two frames at hand tell it less well.
    const made = registry.algorithms.get(name)?.createEstimator?.(calibration, {
      pupil: 'calibration',
    });
    if (made === undefined) throw new TypeError(`there is no estimator ${name}`);
    return made;
  };
  // The one with the least error far from focus, and the one that needs no perturbation at all.
  return { ofFocus: estimator('mapfost'), ofStart: estimator('spectral') };
}
