import type { ProbeShape } from '../../harness/microscope/index.ts';

/** Properties that all trajectories of a group share, apart from the algorithm. */
export interface Condition {
  readonly suite: string;
  /** The simulated instrument; what it calls itself where `reference` is there. */
  readonly preset: string;
  readonly psf: ProbeShape;
  readonly specimen: string;
  readonly dwellTimeNs: number;
  /** On an instrument: the method whose focus residuals are measured from. Absent where the truth is known. */
  readonly reference?: string;
}
