import { isRightRefusal, type TrajectoryRecord } from '../../harness/record/index.ts';
import { groupedBy } from '../../harness/statistics/index.ts';
import { type Belonging, type LegendEntry, type Series, seriesOf } from '../chart/index.ts';
import {
  groupRecords,
  type RecordGroup,
  type Summary,
  type SummaryGroup,
  type Variation,
  variationsOf,
} from '../summary/index.ts';
import { conditionLabel, conditionNames, seriesLabel } from '../words/index.ts';
import { lookOf } from './parts/marks.ts';

/** A group with everything figures want to know of it. */
export interface FigureGroup {
  readonly records: RecordGroup['records'];
  readonly summary: SummaryGroup;
  readonly look: Series;
  readonly variation: Variation | null;
  readonly belonging: Required<Belonging>;
}

/** One condition: a panel. */
export interface FigurePanel {
  /** What tells it from the others; empty where there is one. */
  readonly label: string;
  readonly conditions: readonly number[];
  readonly groups: readonly [FigureGroup, ...FigureGroup[]];
}

/** What figures are drawn from. */
export interface FigureInput {
  readonly summary: Summary;
  readonly series: readonly Series[];
  /** Names of all conditions, in the order of the summary; one name is that of all with it. */
  readonly conditions: readonly string[];
  /** All groups, in the order of the summary. */
  readonly groups: readonly FigureGroup[];
  /** Those of the instrument as it is. */
  readonly main: readonly FigureGroup[];
  /** Those of them that moved anything: without groups of which all were right to decline. */
  readonly acting: readonly FigureGroup[];
  /** Conditions of `acting` that figures show at once, at most `panelsShown`. */
  readonly shown: readonly FigurePanel[];
  /** The other conditions of `acting`. */
  readonly folded: readonly FigurePanel[];
}

/** Panels that a figure shows at once. */
const panelsShown = 4;

/** @param summary - `summarise(records)`. */
export function figureInput(records: readonly TrajectoryRecord[], summary: Summary): FigureInput {
  const recordGroups = groupRecords(records);
  const series = seriesOf(summary);
  const variations = variationsOf(recordGroups);
  const names = conditionNames(summary.groups.map(({ condition }) => condition));
  const nameOf = ({ condition, variation }: SummaryGroup) =>
    [
      names.nameOf(condition),
      ...(variation === null || condition.preset.includes('~') ? [] : [variation]),
    ].join(', ');
  const conditions = [...new Set(summary.groups.map(nameOf))];
  const groups = recordGroups.flatMap((group, i): FigureGroup[] => {
    const own = summary.groups[i];
    const look = own && series.find(({ label }) => label === seriesLabel(own));
    if (own === undefined || look === undefined) return [];
    const belonging = { series: [look.index], conditions: [conditions.indexOf(nameOf(own))] };
    const variation = variations[i] ?? null;
    return [{ records: group.records, summary: own, look, variation, belonging }];
  });
  const asItIs = groups.filter(({ variation }) => variation === null);
  const main = asItIs.length > 0 ? asItIs : groups;
  const moved = main.filter((group) => !group.records.every(isRightRefusal));
  const acting = moved.length > 0 ? moved : main;
  const panels = panelsOf(acting);
  const chosen = chosenPanels(panels);
  return {
    summary,
    series,
    conditions,
    groups,
    main,
    acting,
    shown: chosen,
    folded: panels.filter((panel) => !chosen.includes(panel)),
  };
}

function panelsOf(groups: readonly FigureGroup[]): readonly FigurePanel[] {
  const names = conditionNames(groups.map(({ summary }) => summary.condition));
  const byCondition = groupedBy(groups, ({ summary }) => conditionLabel(summary.condition));
  return [...byCondition.values()].map((members) => ({
    label: byCondition.size === 1 ? '' : names.nameOf(members[0].summary.condition),
    conditions: conditionsOf(members),
    groups: members,
  }));
}

/** To which some groups belong. */
export function conditionsOf(groups: readonly FigureGroup[]): readonly number[] {
  return [...new Set(groups.flatMap(({ belonging }) => belonging.conditions))];
}

/** All where they are few; of many doses the middle one of each setting. */
function chosenPanels(panels: readonly FigurePanel[]): readonly FigurePanel[] {
  if (panels.length <= panelsShown) return panels;
  const settings = groupedBy(panels, ({ groups: [{ summary }] }) => {
    const { dwellTimeNs: _, ...setting } = summary.condition;
    return JSON.stringify(setting);
  });
  return [...settings.values()]
    .slice(0, panelsShown)
    .flatMap((members) => members[Math.floor((members.length - 1) / 2)] ?? []);
}

/** Entries for the algorithms of some panels, in the order of the report. */
export function legendOf(
  series: readonly Series[],
  panels: readonly { readonly groups: readonly FigureGroup[] }[],
): readonly LegendEntry[] {
  const used = new Set(panels.flatMap(({ groups }) => groups.map(({ look }) => look.label)));
  return series
    .filter(({ label }) => used.has(label))
    .map((look) => ({ label: look.label, series: [look.index], ...lookOf(look) }));
}

/** The records of one algorithm. */
export function recordsOf(
  groups: readonly FigureGroup[],
  label: string,
): readonly TrajectoryRecord[] {
  return groups.flatMap(({ look, records }) => (look.label === label ? records : []));
}

/** What the dotted lines of the margins are called. */
export const marginEntry: LegendEntry = { label: 'margin', colour: 'margin', dash: 'dot' };

/** `n = 9 each`, of the groups of some panels. */
export function sampleSizeText(groups: readonly FigureGroup[]): string {
  const counts = groups.map(({ records }) => records.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `n = ${least} each` : `n = ${least} to ${most}`;
}
