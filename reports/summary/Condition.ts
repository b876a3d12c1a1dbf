import type { ProbeShape } from '../../harness/microscope/index.ts';

/** What was the same for all trajectories of a group, apart from the algorithm. */
export interface Condition {
  readonly suite: string;
  readonly preset: string;
  readonly psf: ProbeShape;
  readonly specimen: string;
  readonly dwellTimeNs: number;
}
