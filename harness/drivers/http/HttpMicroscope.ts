import type { Calibration, Microscope } from '../../microscope/index.ts';

/** A microscope behind a server. */
export interface HttpMicroscope extends Microscope {
  /** As the instrument was set when it was opened. */
  readonly pixelSizeNm: number;
  readonly dwellTimeNs: number;
  /** What its server knows; absent where it has to be measured. */
  readonly calibration?: Calibration;
  /** What the other side lacks, a sentence each. */
  readonly lacks: readonly string[];
}
