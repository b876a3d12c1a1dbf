import type { TrajectoryRecord } from '../../../harness/record/index.ts';
import { excessOf, groupRecords, type RecordGroup } from '../../summary/index.ts';
import { algorithmLabel } from '../../words/index.ts';

/** Trajectories shown per algorithm and condition, apart from the worst one. */
const firstShown = 2;
/** Cards in all; a report is to stay a file that can be mailed. */
const cardLimit = 12;

/** A trajectory whose frames are worth looking at. */
export interface GalleryChoice {
  readonly record: TrajectoryRecord;
  readonly algorithm: string;
  /** Why it is here. */
  readonly role: 'first' | 'worst';
}

/**
 * The trajectories whose frames a report shows: of every algorithm and condition the one that
 * ended farthest from focus, then the first ones.
 *
 * Frames need to be read only for these: a caller with thousands of records asks here first.
 *
 * @param records - Those that have frames.
 * @returns At most 12, grouped by condition and algorithm, worst last in each group. When there
 *   are too many groups, later trajectories of each are dropped before its worst.
 */
export function galleryRecords(records: readonly TrajectoryRecord[]): readonly GalleryChoice[] {
  const groups = groupRecords(records).map(choicesOf);
  const kept = new Set<GalleryChoice>();
  for (let rank = 0; rank <= firstShown; rank++) {
    for (const choices of groups) {
      const choice = choices[rank];
      if (choice && kept.size < cardLimit) kept.add(choice);
    }
  }
  return groups.flatMap(([worst, ...first]) =>
    [...first, ...(worst ? [worst] : [])].filter((choice) => kept.has(choice)),
  );
}

/** The worst, then the first ones. */
function choicesOf(group: RecordGroup): readonly GalleryChoice[] {
  const algorithm = algorithmLabel(group);
  const worst = group.records.reduce((a, b) => (excessOf(b) > excessOf(a) ? b : a));
  const first = group.records.filter((record) => record !== worst).slice(0, firstShown);
  return [
    { record: worst, algorithm, role: 'worst' },
    ...first.map((record) => ({ record, algorithm, role: 'first' as const })),
  ];
}
