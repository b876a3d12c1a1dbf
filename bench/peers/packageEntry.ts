import {
  type CorrectionEstimate,
  correctByPairs,
  type PerturbedPair,
} from '../../harness/algorithm/index.ts';
import type { AlgorithmEntry } from '../../harness/experiment/index.ts';
import {
  aberrationOfDeviation,
  type Calibration,
  type Rectangle,
} from '../../harness/microscope/index.ts';
import {
  meanState,
  type PackageCalibration,
  type PackageEstimate,
  type PublishedPackage,
  packageVersion,
} from './PublishedPackage.ts';

export const packageName = 'mapfost (PyPI)';

/**
 * The published package as an algorithm of the harness: the loop that all pair methods share, the
 * correction minus the mean estimate of its patches.
 *
 * @param perturbationUm - Half the difference of the two working distances.
 */
export function packageEntry(
  published: Pick<PublishedPackage, 'estimate'>,
  calibration: PackageCalibration,
  patches: readonly Rectangle[],
  perturbationUm: number,
): AlgorithmEntry {
  return {
    name: packageName,
    summary: 'the package mapfost of PyPI, called from Python',
    create: () => ({
      name: packageName,
      version: packageVersion,
      parameters: { perturbationUm, patches: patches.length, ...calibration },
      run: (context) =>
        correctByPairs(
          context,
          {
            estimate: async (pair: PerturbedPair) =>
              correctionOf(
                await published.estimate(pair, patches, calibration),
                calibration,
                context.calibration.stigmatorMatrixUmPerUnit,
              ),
          },
          perturbationUm,
        ),
    }),
  };
}

/** @param matrix - Of the instrument, to say the stigmators in um; the package has its own. */
function correctionOf(
  { states, ms }: PackageEstimate,
  { handedness }: PackageCalibration,
  matrix: Calibration['stigmatorMatrixUmPerUnit'],
): CorrectionEstimate {
  const diagnostics = { packageMs: ms.reduce((sum, value) => sum + value, 0) };
  const mean = meanState(states);
  const nothing = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };
  if (mean === undefined) {
    return {
      correction: nothing,
      astigmatismUm: { a: 0, b: 0 },
      declined: 'the package could estimate none of the patches',
      diagnostics,
    };
  }
  const correction = {
    workingDistanceUm: -mean.zUm,
    stigmatorX: -mean.x,
    stigmatorY: -handedness * mean.y,
  };
  const { aUm, bUm } = aberrationOfDeviation(correction, matrix);
  // The package gives no uncertainty.
  return { correction, astigmatismUm: { a: aUm, b: bUm }, diagnostics };
}
