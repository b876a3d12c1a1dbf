import type { ProbeShape } from '../../harness/microscope/index.ts';

/** Properties that all trajectories of a group share, apart from the algorithm. */
export interface Condition {
  readonly suite: string;
  readonly preset: string;
  readonly psf: ProbeShape;
  readonly specimen: string;
  readonly dwellTimeNs: number;
}
