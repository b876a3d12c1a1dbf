import type { TrajectoryRecord } from '../../../harness/record/index.ts';
import { median } from '../../../harness/statistics/index.ts';
import { excessOf, groupRecords, type RecordGroup } from '../../summary/index.ts';
import { algorithmLabel } from '../../words/index.ts';

/** Trajectories shown per algorithm and condition. */
const shownOfEach = 3;
/** Cards in all; a report is to stay a file that can be mailed. */
const cardLimit = 12;

/** A trajectory whose frames are worth looking at. */
export interface GalleryChoice {
  readonly record: TrajectoryRecord;
  readonly algorithm: string;
  /** Why it is here. */
  readonly role: 'first' | 'typical' | 'worst';
}

/**
 * The trajectories whose frames a report shows: of every algorithm and condition the one that ended farthest from
 * focus, then the one nearest to the median, then the first.
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
  for (let rank = 0; rank < shownOfEach; rank++) {
    for (const choices of groups) {
      const choice = choices[rank];
      if (choice && kept.size < cardLimit) kept.add(choice);
    }
  }
  return groups.flatMap(([worst, ...first]) =>
    [...first, ...(worst ? [worst] : [])].filter((choice) => kept.has(choice)),
  );
}

/** The worst, the typical one, then the first. */
function choicesOf(group: RecordGroup): readonly GalleryChoice[] {
  const algorithm = algorithmLabel(group);
  const middle = median(group.records.map(excessOf));
  const worst = group.records.reduce((a, b) => (excessOf(b) > excessOf(a) ? b : a));
  const others = group.records.filter((record) => record !== worst);
  const distance = (record: TrajectoryRecord) => Math.abs(excessOf(record) - middle);
  const [typical] = others.toSorted((p, q) => distance(p) - distance(q));
  const first = others.find((record) => record !== typical);
  return [
    { record: worst, algorithm, role: 'worst' },
    ...(typical ? [{ record: typical, algorithm, role: 'typical' as const }] : []),
    ...(first ? [{ record: first, algorithm, role: 'first' as const }] : []),
  ];
}
