import type { FrameRequest } from '../../harness/microscope/index.ts';

/** How to calibrate a microscope. */
export interface CalibrationOptions {
  /** Every frame of the calibration; the dose follows from it. */
  readonly frame: FrameRequest;
  /** What the half-angle of the beam is thought to be, mrad; right within a factor of 2. */
  readonly guessMrad: number;
  /** Written into the calibration as it is: pairs of frames do not tell it. */
  readonly residualSpotNm: number;
  /** How many places are measured at, at least 2: their scatter is the uncertainty. */
  readonly places: number;
  readonly signal?: AbortSignal;
  /** Told after every frame how many there have been and how many are expected in all. */
  readonly onFrame?: (frames: number, expected: number) => void;
}
