import type { Flip } from '../../../harness/gate/index.ts';

/** Enough to see what kind of loss it is, and few enough for a file that can be mailed. */
const mostShown = { lost: 8, won: 4 } as const;

/**
 * The flips whose frames a report shows: the worst of those lost, then the first of those won.
 *
 * Frames need to be read only for these.
 */
export function picturedFlips(flips: readonly Flip[]): readonly Flip[] {
  return (['lost', 'won'] as const).flatMap((direction) =>
    flips.filter((flip) => flip.direction === direction).slice(0, mostShown[direction]),
  );
}
