import type { Series } from '../../chart/index.ts';
import type { RecordGroup } from '../../summary/index.ts';
import { seriesLabel } from '../../words/index.ts';
import type { SeedNames } from './provenanceSection.ts';
import { significant } from './significant.ts';

/** Columns of a row of the table, in this order; `csvHeader` in the page follows it. */
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
] as const;

/** Every row of every trajectory, compact: the figure of trajectories and the CSV are made of it. */
export interface TrajectoryTable {
  readonly columns: readonly string[];
  readonly groups: readonly {
    /** Index into the series of the report. */
    readonly series: number;
    /** Of the CSV, in the order of `keys`. */
    readonly about: readonly (string | number)[];
    readonly trajectories: readonly {
      readonly index: number;
      /** Or the public name of a secret one. */
      readonly seed: number | string;
      readonly key: string;
      readonly outcome: string;
      readonly rows: readonly (readonly number[])[];
    }[];
  }[];
  readonly keys: readonly string[];
}

/** @param groups - As `groupRecords` returns them. */
export function trajectoryTable(
  groups: readonly RecordGroup[],
  series: readonly Series[],
  seedNames: SeedNames,
): TrajectoryTable {
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
    groups: groups.map((group) => {
      const { suite, preset, psf, specimen, dwellTimeNs, reference = '' } = group.condition;
      const label = seriesLabel(group);
      return {
        series: series.findIndex((candidate) => candidate.label === label),
        about: [
          ...[suite, preset, psf, specimen, reference, dwellTimeNs],
          ...[group.algorithm, group.variant ?? ''],
        ],
        trajectories: group.records.map(({ scenario, key, outcome, iterations }) => ({
          index: scenario.trajectory,
          seed: seedNames.get(scenario.seed) ?? scenario.seed,
          key,
          outcome,
          rows: iterations.map((row) => [
            row.iteration,
            significant(row.residual.workingDistanceUm),
            significant(row.residual.stigmatorX),
            significant(row.residual.stigmatorY),
            row.insideMargins ? 1 : 0,
            row.framesTotal,
            significant(row.doseElectronsPerNm2Total),
            significant(row.computeMs),
            significant(row.microscopeTotalS),
          ]),
        })),
      };
    }),
  };
}
