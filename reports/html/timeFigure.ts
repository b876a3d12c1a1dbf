import { quantile } from '../../harness/statistics/index.ts';
import { algorithmLabel } from '../algorithmLabel.ts';
import type { RecordGroup } from '../groupRecords.ts';
import type { MaybeFigure, TimeFigure } from './figureData.ts';
import type { Series } from './series.ts';
import { significant } from './significant.ts';

/** Time per iteration of each algorithm at each dwell time, all conditions together. */
export function timeFigure(groups: readonly RecordGroup[], series: readonly Series[]): MaybeFigure {
  const pooled = new Map<string, { series: number; dwell: number; groups: RecordGroup[] }>();
  for (const group of groups) {
    const label = algorithmLabel(group);
    const dwell = group.condition.dwellTimeNs;
    const key = JSON.stringify([label, dwell]);
    const row = pooled.get(key) ?? {
      series: series.findIndex((candidate) => candidate.label === label),
      dwell,
      groups: [],
    };
    row.groups.push(group);
    pooled.set(key, row);
  }
  const rows = [...pooled.values()]
    .sort((a, b) => a.series - b.series || a.dwell - b.dwell)
    .flatMap(({ series: index, dwell, groups: members }) => {
      const rowsOfAll = members.flatMap(({ records }) =>
        records.flatMap(({ iterations }) =>
          iterations
            .slice(1)
            .map((row, i) => ({
              row,
              microscopeMs: 1000 * (row.microscopeTotalS - (iterations[i]?.microscopeTotalS ?? 0)),
            }))
            .filter(({ row }) => row.stopped === undefined)
            .map(({ row: { computeMs }, microscopeMs }) => ({ computeMs, microscopeMs })),
        ),
      );
      const compute = rowsOfAll.map(({ computeMs }) => computeMs);
      if (compute.length === 0) return [];
      const at = (probability: number) => significant(quantile(compute, probability));
      return [
        {
          series: index,
          label: `${dwell} ns`,
          count: compute.length,
          computeMs: [at(0.05), at(0.25), at(0.5), at(0.75), at(0.95)] as const,
          microscopeMs: significant(
            quantile(
              rowsOfAll.map(({ microscopeMs }) => microscopeMs),
              0.5,
            ),
          ),
        },
      ];
    });
  if (rows.length === 0) return { undrawable: 'No algorithm made an iteration.' };
  if (rows.every(({ computeMs }) => computeMs[4] === 0)) {
    return { undrawable: 'The records hold no computing times.' };
  }
  return { kind: 'time', name: 'time-per-iteration', rows } satisfies TimeFigure;
}
