import { outcomes } from '../../harness/experiment/index.ts';
import { algorithmLabel } from '../algorithmLabel.ts';
import type { Summary } from '../Summary.ts';
import { conditionNames } from './conditionNames.ts';
import type { MaybeFigure, OutcomeFigure } from './figureData.ts';

/** How the trajectories of each algorithm ended, as fractions. */
export function outcomesFigure({ groups }: Summary): MaybeFigure {
  if (groups.length === 0) return { undrawable: 'There are no trajectories.' };
  const names = conditionNames(groups.map(({ condition }) => condition));
  const several = new Set(groups.map(({ condition }) => names.nameOf(condition))).size > 1;
  return {
    kind: 'outcomes',
    name: 'outcomes',
    outcomes,
    rows: groups.map((group) => ({
      label: algorithmLabel(group),
      column: several ? names.nameOf(group.condition) : '',
      total: group.trajectories,
      counts: outcomes.map((outcome) => group.outcomes[outcome] ?? 0),
    })),
  } satisfies OutcomeFigure;
}
