import type { TrajectoryRecord } from '../../harness/experiment/index.ts';
import { mean, median } from '../../harness/statistics/index.ts';
import { type Cell, type SummaryGroup, summarise, textTable } from '../../reports/index.ts';

/**
 * One table per preset, probe and dwell time: for every method the mean residuals after each
 * iteration, how many trajectories ended inside the margins, the median dose it took to get there
 * for good, and the computing time per pair of patches.
 *
 * @param methods - In the order in which they are listed.
 */
export function conditionTables(
  records: readonly TrajectoryRecord[],
  methods: readonly string[],
): string {
  const byCondition = new Map<string, TrajectoryRecord[]>();
  for (const record of records) {
    const { preset, psf, frame } = record.scenario;
    const condition = `${preset}, ${psf}, ${frame.dwellTimeNs} ns`;
    byCondition.set(condition, [...(byCondition.get(condition) ?? []), record]);
  }
  return [...byCondition]
    .map(([condition, members]) => conditionTable(condition, members, methods))
    .join('\n');
}

function conditionTable(
  condition: string,
  records: readonly TrajectoryRecord[],
  methods: readonly string[],
): string {
  const { groups } = summarise(records);
  const rows = methods.flatMap((method) => {
    const group = groups.find(({ algorithm }) => algorithm === method);
    const own = records.filter(({ scenario }) => scenario.algorithm.name === method);
    return group === undefined ? [] : [methodRow(group, own)];
  });
  const iterations = Math.max(0, ...groups.map((group) => group.iterations.length - 1));
  const count = Math.max(0, ...groups.map((group) => group.trajectories));
  const numbers = Array.from({ length: iterations }, (_, i) => `${i + 1}`);
  const head = [
    [
      '',
      'T',
      '|wd|',
      ...numbers.map(() => ''),
      '|stig|',
      ...numbers.map(() => ''),
      'in',
      'dose',
      'ms',
    ],
    ['', 'um', 'start', ...numbers, 'start', ...numbers, 'margins', 'e/nm2', 'per pair'],
  ];
  const title = `${condition}, ${count} ${count === 1 ? 'trajectory' : 'trajectories'}`;
  const lines = [...textTable([...head, ...rows]), ...troubles(records)].map((line) => `  ${line}`);
  return `${[title, ...lines].join('\n')}\n`;
}

/** What stopped trajectories, each reason once per method. */
function troubles(records: readonly TrajectoryRecord[]): string[] {
  const stopped = records.flatMap(({ scenario, outcome, message }) =>
    message === undefined ? [] : [`${scenario.algorithm.name}, ${outcome}: ${message}`],
  );
  return [...new Set(stopped)];
}

function methodRow(group: SummaryGroup, records: readonly TrajectoryRecord[]): Cell[] {
  const [first] = records;
  const { parameters } = first?.scenario.algorithm ?? {};
  const numberOf = (name: string) => {
    const value = (parameters as Readonly<Record<string, unknown>> | undefined)?.[name];
    return typeof value === 'number' ? value : Number.NaN;
  };
  const inside = records.filter(({ outcome }) => outcome === 'converged').length;
  return [
    group.algorithm,
    `${numberOf('perturbationUm')}`,
    ...group.iterations.map(({ absWorkingDistanceUm }) => absWorkingDistanceUm.mean),
    ...group.iterations.map(({ absStigmatorX, absStigmatorY }) =>
      mean([absStigmatorX.mean, absStigmatorY.mean]),
    ),
    `${inside}/${records.length}`,
    group.doseToMarginsElectronsPerNm2.median,
    msPerPair(records, numberOf('patches')),
  ];
}

/** Median over the iterations; of the package what Python itself measured, without the way there. */
function msPerPair(records: readonly TrajectoryRecord[], patches: number): number {
  const times = records.flatMap(({ iterations }) =>
    iterations.slice(1).flatMap(({ stopped, computeMs, diagnostics }) => {
      if (stopped !== undefined) return [];
      const inPython = diagnostics?.packageMs;
      return [(typeof inPython === 'number' ? inPython : computeMs) / patches];
    }),
  );
  return times.length === 0 ? Number.NaN : median(times);
}
