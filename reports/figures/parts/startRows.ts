import { signed } from '../../words/index.ts';
import type { FigureGroup } from '../FigureInput.ts';

/** Classes of starts made here, where the suite has none. */
const mostClasses = 4;
/** Trajectories in one, at least. */
const leastInClass = 3;

/** Starts as rows of a map. */
export interface StartRows {
  readonly title: string;
  readonly labels: readonly string[];
  readonly of: (record: FigureGroup['records'][number]) => number;
  readonly note: string;
  /** One of them in a sentence: `"far" starts`, `starts of 2 to 5 µm`. */
  readonly inWords: (row: number) => string;
}

/** Classes of the suite; the offsets themselves where they are few; else quarters of the distances. */
export function startRows(groups: readonly FigureGroup[]): StartRows {
  const records = groups.flatMap((group) => [...group.records]);
  const strata = [...new Set(records.map(({ scenario }) => scenario.stratum ?? ''))].sort();
  if (strata.length > 1) {
    const names = strata.map((stratum) => (stratum === '' ? 'without a class' : stratum));
    return {
      title: 'start',
      labels: names,
      of: ({ scenario }) => strata.indexOf(scenario.stratum ?? ''),
      note: 'Classes of starts are those of the suite.',
      inWords: (row) => `"${names[row]}" starts`,
    };
  }
  const offsets = [
    ...new Set(records.map(({ scenario }) => scenario.start.workingDistanceUm)),
  ].sort((p, q) => p - q);
  const fewest = Math.min(...groups.map((group) => group.records.length));
  if (offsets.length <= 12 && 2 * offsets.length <= fewest) {
    const names = offsets.map((um) => signed(um, (size) => String(Number(size.toPrecision(3)))));
    return {
      title: 'start, wd (µm)',
      labels: names,
      of: ({ scenario }) => offsets.indexOf(scenario.start.workingDistanceUm),
      note: 'Rows: working distance at the start, from best focus.',
      inWords: (row) => `starts at ${names[row]} µm`,
    };
  }
  const ascending = offsets.map(Math.abs).sort((p, q) => p - q);
  const startClasses = Math.max(1, Math.min(mostClasses, Math.floor(fewest / leastInClass)));
  const edges = Array.from({ length: startClasses + 1 }, (_, i) => {
    const at = ascending[Math.round((i / startClasses) * (ascending.length - 1))];
    return Number((at ?? 0).toPrecision(2));
  });
  const names = edges.slice(1).map((edge, i) => `${edges[i]} to ${edge}`);
  return {
    title: 'start, |wd| (µm)',
    labels: names,
    of: ({ scenario }) => {
      const size = Math.abs(scenario.start.workingDistanceUm);
      const above = edges.slice(1, -1).findIndex((edge) => size < edge);
      return above === -1 ? startClasses - 1 : above;
    },
    note: 'Rows: distance of the working distance from focus at the start, in classes of equally many trajectories.',
    inWords: (row) => `starts of ${names[row]} µm`,
  };
}
