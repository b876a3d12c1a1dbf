import type { IterationRow, TrajectoryRecord } from '../../../harness/record/index.ts';
import type { FigureGroup } from '../../figures/index.ts';
import { rerunCommand } from '../../gate/index.ts';
import type { SeedNames } from '../sections/provenanceSection.ts';
import type { ReportRun } from '../sections/ReportRun.ts';
import { significant } from './significant.ts';

/** Columns of a row of the table, in this order; those of what an iteration did not do are missing at its end. */
const columns = [
  'iteration',
  'residualWorkingDistanceUm',
  'residualStigmatorX',
  'residualStigmatorY',
  'insideMargins',
  'framesTotal',
  'doseElectronsPerNm2Total',
  'computeMs',
  'microscopeTotalS',
  'correctionWorkingDistanceUm',
  'correctionStigmatorX',
  'correctionStigmatorY',
  'correctionSdWorkingDistanceUm',
  'correctionSdStigmatorX',
  'correctionSdStigmatorY',
] as const;

/** Stands for the digits of a key in a command. */
const keyPlace = '{key}';

/** Every row of every trajectory, compact: figure, list and pages of trajectories and the CSV are made of it. */
export interface TrajectoryTable {
  readonly columns: readonly string[];
  /** What makes a trajectory again, with `{key}` in place of twelve digits of its key. */
  readonly commands: readonly string[];
  readonly groups: readonly {
    /** Index into the series of the report. */
    readonly series: number;
    /** Index into its conditions. */
    readonly condition: number;
    /** Of working distance and stigmators. */
    readonly margins: readonly [number, number];
    /** Of the CSV, in the order of `keys`. */
    readonly about: readonly (string | number)[];
    readonly trajectories: readonly {
      readonly index: number;
      /** Or the public name of a secret one. */
      readonly seed: number | string;
      readonly key: string;
      readonly outcome: string;
      readonly failure?: string;
      readonly message?: string;
      /** Class of starts, where the suite has several. */
      readonly stratum?: string;
      /** Instrument values of best focus, or of the middle of the reference. */
      readonly focus: readonly [number, number, number];
      /** Index into `commands`. */
      readonly again?: number;
      readonly rows: readonly (readonly number[])[];
      /** What was said at a row, by its index: why it was declined or stopped. */
      readonly said?: Readonly<Record<number, string>>;
    }[];
  }[];
  readonly keys: readonly string[];
}

type Stored = TrajectoryTable['groups'][number]['trajectories'][number];

/** @param groups - In the order of the report's summary. */
export function trajectoryTable(
  groups: readonly FigureGroup[],
  runs: readonly ReportRun[],
  seedNames: SeedNames,
): TrajectoryTable {
  const commands: string[] = [];
  const againOf = ({ key, scenario }: TrajectoryRecord): number | undefined => {
    const run = runs.find(({ keys }) => keys.has(key));
    if (run === undefined) return undefined;
    const algorithm = scenario.algorithm.name;
    const command = rerunCommand(run.summary, { algorithm, key }).replace(
      key.slice(0, 12),
      keyPlace,
    );
    const known = commands.indexOf(command);
    return known >= 0 ? known : commands.push(command) - 1;
  };
  const storedGroups = groups.map(({ records, summary, belonging }) => {
    const { suite, preset, psf, specimen, dwellTimeNs, reference = '' } = summary.condition;
    return {
      series: belonging.series[0] ?? 0,
      condition: belonging.conditions[0] ?? 0,
      margins: [summary.margins.workingDistanceUm, summary.margins.stigmator] as const,
      about: [
        ...[suite, preset, psf, specimen, reference, dwellTimeNs],
        ...[summary.algorithm, summary.variant ?? ''],
      ],
      trajectories: records.map((record) => stored(record, againOf(record), seedNames)),
    };
  });
  return {
    columns,
    keys: [
      'suite',
      'preset',
      'psf',
      'specimen',
      'reference',
      'dwellTimeNs',
      'algorithm',
      'variant',
    ],
    commands,
    groups: storedGroups,
  };
}

function stored(record: TrajectoryRecord, again: number | undefined, seedNames: SeedNames): Stored {
  const { scenario, key, outcome, failureClass, message, iterations } = record;
  const [start] = iterations;
  const said = iterations.flatMap(({ declined, stopped }, i) => {
    const text = [declined && `declined: ${declined}`, stopped && `stopped: ${stopped}`]
      .filter(Boolean)
      .join('; ');
    return text === '' ? [] : [[i, text] as const];
  });
  const best = (parameter: keyof IterationRow['focus']) =>
    start === undefined
      ? 0
      : // To a millionth, more than any instrument sets: six digits are not enough of some 4500 µm.
        Number((start.focus[parameter] - start.residual[parameter]).toFixed(6));
  return {
    index: scenario.trajectory,
    seed: seedNames.get(scenario.seed) ?? scenario.seed,
    key,
    outcome,
    ...(failureClass && { failure: failureClass }),
    ...(message && { message }),
    ...(scenario.stratum !== undefined && { stratum: scenario.stratum }),
    focus: [best('workingDistanceUm'), best('stigmatorX'), best('stigmatorY')],
    ...(again !== undefined && { again }),
    rows: iterations.map(numbersOf),
    ...(said.length > 0 && { said: Object.fromEntries(said) }),
  };
}

function numbersOf(row: IterationRow): readonly number[] {
  const three = (of: IterationRow['residual'] | undefined) =>
    of === undefined
      ? []
      : [of.workingDistanceUm, of.stigmatorX, of.stigmatorY].map((value) => significant(value));
  return [
    row.iteration,
    ...three(row.residual),
    row.insideMargins ? 1 : 0,
    row.framesTotal,
    significant(row.doseElectronsPerNm2Total),
    significant(row.computeMs),
    significant(row.microscopeTotalS),
    ...three(row.correction),
    ...(row.correction === undefined ? [] : three(row.correctionSd)),
  ];
}
