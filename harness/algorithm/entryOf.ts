import type { Calibration } from '../microscope/index.ts';
import type { AlgorithmEntry, FrameSize } from './AlgorithmEntry.ts';
import type { AutofocusContext, AutofocusStep, Json } from './AutofocusAlgorithm.ts';
import { correctByPairs, type WhenWorse } from './correctByPairs.ts';
import type { PairEstimator } from './PairEstimator.ts';
import { checkedEstimator } from './pair/index.ts';

/** An algorithm, and how it reads the parameters that it is given. */
interface Described<Parameters>
  extends Omit<
    AlgorithmEntry,
    'create' | 'checkFrame' | 'checkCalibration' | 'createEstimator' | 'perturbationFor'
  > {
  readonly version: string;
  /** All parameters, those that were not given at their defaults. Throws ConfigError. */
  readonly parse: (given?: Json) => Parameters;
  readonly checkFrame?: (frame: FrameSize, parameters: Parameters) => void;
}

/** An algorithm that looks at single frames, or takes its own steps altogether. */
export function searchEntry<Parameters>(
  described: Described<Parameters> & {
    readonly run: (
      context: AutofocusContext,
      parameters: Parameters,
    ) => AsyncIterable<AutofocusStep>;
  },
): AlgorithmEntry {
  const { name, version, summary, modelSha256, sourceSha256, parse, checkFrame, run } = described;
  return {
    ...{ name, summary },
    ...(modelSha256 !== undefined && { modelSha256 }),
    ...(sourceSha256 !== undefined && { sourceSha256 }),
    create: (given) => {
      const parameters = parse(given);
      return {
        ...{ name, version, parameters: parameters as Json },
        run: (context) => run(context, parameters),
      };
    },
    ...(checkFrame && { checkFrame: (frame, given) => checkFrame(frame, parse(given)) }),
  };
}

/** An algorithm that corrects by what an estimator says of perturbed pairs. */
export function pairEntry<Parameters extends { readonly whenWorse?: WhenWorse }>(
  described: Described<Parameters> & {
    readonly estimator: (calibration: Calibration, parameters: Parameters) => PairEstimator;
    readonly checkCalibration?: (calibration: Calibration) => void;
    readonly perturbationUm: (
      parameters: Parameters,
      calibration: Calibration,
      pixelSizeNm: number,
    ) => number;
  },
): AlgorithmEntry {
  const { parse, estimator, perturbationUm, checkCalibration } = described;
  return {
    ...searchEntry({
      ...described,
      run: (context, parameters) =>
        correctByPairs(
          context,
          estimator(context.calibration, parameters),
          perturbationUm(parameters, context.calibration, context.frame.pixelSizeNm),
          parameters.whenWorse,
        ),
    }),
    createEstimator: (calibration, given) => {
      const parameters = parse(given);
      checkCalibration?.(calibration);
      return checkedEstimator(estimator(calibration, parameters), calibration);
    },
    ...(checkCalibration && { checkCalibration }),
    perturbationFor: (calibration, pixelSizeNm, given) =>
      perturbationUm(parse(given), calibration, pixelSizeNm),
  };
}
