import type { GateReport, RunSummary } from '../../harness/gate/index.ts';
import { groupedBy } from '../../harness/statistics/index.ts';
import { gateSentence } from '../gate/index.ts';
import type { Summary, SummaryGroup } from '../summary/index.ts';
import { conditionLabel, seriesLabel } from '../words/index.ts';
import { type History, type HistoryPoint, historySchemaVersion } from './History.ts';

/** One run, as a history needs it. */
export interface RunOfHistory {
  readonly run: RunSummary;
  readonly summary: Summary;
  /** Against the last earlier run of the same suite, if there is one. */
  readonly gate?: GateReport;
}

/** @param runs - The oldest first. */
export function historyOf(runs: readonly RunOfHistory[]): History {
  const groups = runs.flatMap(({ summary }, at) => summary.groups.map((group) => ({ group, at })));
  const courses = groupedBy(groups, ({ group }) => courseKey(group));
  return {
    schema: historySchemaVersion,
    runs: runs.map(({ run, gate }) => ({
      ...run,
      gate: gate
        ? { against: nameOf(gate.base), verdict: gate.verdict, sentence: gateSentence(gate) }
        : null,
    })),
    courses: [...courses.values()].map((members) => ({
      algorithm: members[0].group.algorithm,
      variant: members[0].group.variant,
      condition: members[0].group.condition,
      points: runs.map((_, at) => {
        const own = members.find((member) => member.at === at);
        return own === undefined ? null : pointOf(own.group);
      }),
    })),
  };
}

/** What a run is called: as its user named it, or else by its folder. */
export function nameOf({ givenName, name }: Pick<RunSummary, 'givenName' | 'name'>): string {
  return givenName ?? name;
}

function courseKey(group: SummaryGroup): string {
  return `${conditionLabel(group.condition)} ${seriesLabel(group)}`;
}

function pointOf(group: SummaryGroup): HistoryPoint {
  // Where there is nothing to focus on, how far the start was from focus is no error.
  const last = group.declinedRightly === group.trajectories ? undefined : group.iterations.at(-1);
  const { iqm, iqmInterval95 } = last?.absWorkingDistanceUm ?? {};
  return {
    trajectories: group.trajectories,
    success: group.success,
    absWorkingDistanceUm:
      iqm === undefined || iqmInterval95 === undefined ? null : { iqm, iqmInterval95 },
    doseToMarginsElectronsPerNm2: group.doseToMarginsElectronsPerNm2,
    microscopeSPerIteration: group.microscopeSPerIteration.p50,
    computeMsPerIteration: group.computeMsPerIteration.p50,
  };
}
