import type { Calibration } from '../microscope/index.ts';
import type { AutofocusAlgorithm, Json } from './AutofocusAlgorithm.ts';
import type { PairEstimator } from './PairEstimator.ts';

/** Of frames as far as they are known when a run is planned. */
export interface FrameSize {
  /** px */
  readonly width: number;
  readonly height: number;
  /** Left out where it is not known: then as the algorithm likes it. */
  readonly pixelSizeNm?: number | undefined;
}

/** An algorithm as the command line knows it. */
export interface AlgorithmEntry {
  readonly name: string;
  /** One line for `semfocus algorithms`. */
  readonly summary: string;
  /** SHA-256 of the trained weights, where there are any; part of the record's key. */
  readonly modelSha256?: string;
  /** SHA-256 of the source where it does not come with the project; part of the record's key. */
  readonly sourceSha256?: string;
  /**
   * @param parameters - Overrides of the defaults.
   * @throws ConfigError naming the parameter that is unknown or out of range.
   */
  readonly create: (parameters?: Json) => AutofocusAlgorithm;
  /**
   * Present where not every frame will do.
   *
   * @throws ConfigError if frames of this size are too small for these parameters.
   */
  readonly checkFrame?: (frame: FrameSize, parameters?: Json) => void;
  /**
   * Present where not every instrument will do. Not asked where a run tells an algorithm a wrong calibration
   * on purpose.
   *
   * @throws ConfigError naming what of the calibration is not as it must be.
   */
  readonly checkCalibration?: (calibration: Calibration) => void;
  /**
   * Present where the algorithm works on a pair of images; `semfocus estimate` uses it. Its estimators decline
   * what is no pair of exposures of one place.
   *
   * @throws ConfigError for parameters, and for an instrument that will not do.
   */
  readonly createEstimator?: (calibration: Calibration, parameters?: Json) => PairEstimator;
  /**
   * Present with `createEstimator`: half the difference of the two working distances of a pair on an
   * instrument, um.
   */
  readonly perturbationFor?: (
    calibration: Calibration,
    pixelSizeNm: number,
    parameters?: Json,
  ) => number;
}
