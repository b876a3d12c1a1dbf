import { z } from 'zod';
import type { TrajectoryRecord } from '../../../harness/record/index.ts';

/** What an algorithm looked at in its first frame. */
export interface PatchesLookedAt {
  /** Of a square patch, px of the frame. */
  readonly side: number;
  readonly patches: readonly {
    /** First column and row, px. */
    readonly x: number;
    readonly y: number;
    /** Its part in the answer; all together 1. */
    readonly weight: number;
    /** Parts of its squares in its own, row by row, as many rows as columns; where the algorithm says. */
    readonly squares?: readonly number[];
  }[];
}

const told = z.object({
  coveredPx: z.number().positive(),
  places: z.array(z.tuple([z.number(), z.number()])).min(1),
  weights: z.array(z.number()),
  scoreMaps: z.array(z.array(z.number()).min(1)).optional(),
});

/** Of the first iteration; `undefined` where the record does not say. */
export function patchesLookedAt({ iterations }: TrajectoryRecord): PatchesLookedAt | undefined {
  const first = told.safeParse(iterations[1]?.diagnostics).data;
  if (first === undefined || first.weights.length !== first.places.length) return undefined;
  return {
    side: first.coveredPx,
    patches: first.places.map(([x, y], i) => {
      const squares = first.scoreMaps?.[i];
      return { x, y, weight: first.weights[i] ?? 0, ...(squares && { squares }) };
    }),
  };
}
