import { groupedBy, wilsonInterval } from '../../harness/statistics/index.ts';
import type { Summary, SummaryGroup } from '../summary/index.ts';
import { settingLabel } from './conditionLabel.ts';
import { conditionNames } from './conditionNames.ts';
import { formatNumber } from './formatNumber.ts';
import { marginsText } from './marginsText.ts';
import { plural, trajectoriesText } from './plural.ts';
import { seriesLabel } from './seriesLabel.ts';
import { simToRealSentence } from './simToRealText.ts';

/** Settings beyond these are left to the table. */
const settingsTold = 3;
/** Below this many trajectories the sentences say how little a full success proves. */
const fewTrajectories = 30;

/**
 * What the summary says, in plain sentences: who reached the margins with how much dose, who did
 * not, and how far the numbers can be trusted. The first sentence is the headline.
 *
 * Every sentence is computed from the groups and compares algorithms only within one setting
 * (suite, preset, PSF, specimen), across dwell times, because dose is what they are to be
 * compared by.
 */
export function findings(summary: Summary): readonly string[] {
  if (summary.groups.length === 0) return ['There are no trajectories to report on.'];
  const asItIs = summary.groups.filter(({ variation }) => variation === null);
  const measured = asItIs.filter(({ reference }) => reference !== null);
  // What was simulated beside an instrument is there to be compared with it.
  const groups = [measured, asItIs, summary.groups].find(({ length }) => length > 0) ?? [];
  const settings = groupedBy(groups, ({ condition }) => settingLabel(condition));
  // Where there is nothing to focus on little can be said: last.
  const ordered = [...settings.values()].sort((p, q) => Number(isEmpty(p)) - Number(isEmpty(q)));
  const told = ordered.slice(0, settingsTold);
  const names = conditionNames(ordered.map(([{ condition }]) => settingOf(condition)));
  const sentences =
    told.length === 1
      ? told.flatMap(settingFindings)
      : [
          overall(groups, settings.size),
          ...told.map(
            (members) =>
              `${names.nameOf(settingOf(members[0].condition))}: ${shortFinding(members)}`,
          ),
        ];
  const untold = settings.size - told.length;
  if (untold > 0) {
    sentences.push(`${plural(untold, 'more setting is', 'more settings are')} in the table.`);
  }
  return [
    ...brokenFindings(summary.groups),
    ...sentences,
    ...variationFindings(summary.groups),
    ...summary.simToReal.map(simToRealSentence),
    ...cautions(groups),
  ];
}

/** Algorithms of which nothing was measured: before everything that is said of the others. */
function brokenFindings(groups: readonly SummaryGroup[]): string[] {
  return [...groupedBy(groups, ({ algorithm }) => algorithm)].flatMap(([name, own]) =>
    own.every(({ outcomes, trajectories }) => outcomes.failed === trajectories)
      ? [`Every trajectory of ${name} ended with an error: nothing was measured of it.`]
      : [],
  );
}

/** The same at any dwell time. */
function settingOf({ dwellTimeNs: _, ...setting }: SummaryGroup['condition']) {
  return setting;
}

/** True where successes are no trajectories that reached the margins. */
function isEmpty(groups: readonly SummaryGroup[]): boolean {
  return groups.every((group) => doseOf(group) === null && group.success.fraction > 0.5);
}

/** Successes and trajectories of groups that have a key in common. */
function successesBy(groups: readonly SummaryGroup[], keyOf: (group: SummaryGroup) => string) {
  const counts = [...groupedBy(groups, keyOf)].map(([key, own]) => {
    const good = own.reduce((sum, { success }) => sum + success.count, 0);
    return [key, { good, n: own.reduce((sum, one) => sum + one.trajectories, 0) }] as const;
  });
  return new Map(counts);
}

/** Successes of each algorithm, the best first. */
function overall(groups: readonly SummaryGroup[], settings: number): string {
  const counts = successesBy(groups, seriesLabel);
  const all = [...counts.values()];
  if (all.every(({ good, n }) => good === n)) {
    const n = all.reduce((sum, one) => sum + one.n, 0);
    const refusals = groups.reduce((sum, { declinedRightly }) => sum + declinedRightly, 0);
    const rightly = refusals === 0 ? '' : `, ${refusals} of them by rightly declining`;
    return `All ${n} trajectories succeeded${rightly}, in ${settings} settings.`;
  }
  const ranked = [...counts].sort(([, p], [, q]) => q.good / q.n - p.good / p.n);
  const parts = ranked.map(([label, { good, n }]) => `${label} ${good} of ${n}`);
  return `Successes in all ${settings} settings together: ${parts.join(', ')}.`;
}

/** What costs most of the successes, where things were made wrong on purpose. */
function variationFindings(groups: readonly SummaryGroup[]): string[] {
  const counts = successesBy(groups, ({ variation }) => variation ?? '');
  const base = counts.get('');
  counts.delete('');
  if (counts.size === 0) return [];
  const share = ({ good, n }: { good: number; n: number }) => good / n;
  const worst = [...counts]
    .filter(([, count]) => base === undefined || share(count) < share(base))
    .sort(([, p], [, q]) => share(p) - share(q))
    .slice(0, 3);
  const before = base ? `as it is ${base.good} of ${base.n}` : '';
  const areSingle = [...counts.keys()].every((text) => !text.includes(', '));
  const how = areSingle && counts.size > 1 ? ' one at a time' : '';
  const things = `${plural(counts.size, 'variation was', 'variations were')} tested${how}`;
  if (worst.length === 0) {
    return [`${things}; none cost successes (${before}).`];
  }
  const told = worst.map(([text, { good, n }]) => `${text} (${good} of ${n})`).join(', ');
  return [`${things}. Fewest successes: ${told}${before === '' ? '' : `; ${before}`}.`];
}

/** One sentence: the best and the next best. */
function shortFinding(groups: readonly SummaryGroup[]): string {
  const ranking = rank(groups);
  const [next] = ranking.others;
  const headline = headlineOf(groups, ranking);
  if (next === undefined) return headline;
  return `${headline.slice(0, -1)}; next ${comparisonOf(next, ranking)}.`;
}

/** The headline of a setting, then the other algorithms. */
function settingFindings(groups: readonly SummaryGroup[]): string[] {
  const ranking = rank(groups);
  const sentences = [headlineOf(groups, ranking)];
  if (ranking.others.length > 0) {
    const parts = ranking.others.map((group) => comparisonOf(group, ranking));
    sentences.push(`At best the others needed: ${parts.join(', ')}.`);
  }
  if (ranking.first.length > 0 && ranking.missed.length > 0) {
    const parts = ranking.missed.map((group) => `${ranking.name(group)} (${tally(group)})`);
    sentences.push(`Half of the runs or more did not reach them with ${parts.join(', ')}.`);
  }
  return sentences;
}

/** The algorithms of a setting, each at the dwell time with which it needs least dose. */
interface Ranking {
  readonly name: (group: SummaryGroup) => string;
  /** The one with the least dose, or several with the same. */
  readonly first: readonly SummaryGroup[];
  readonly others: readonly SummaryGroup[];
  /** Those of which at most half reached the margins. */
  readonly missed: readonly SummaryGroup[];
}

function rank(groups: readonly SummaryGroup[]): Ranking {
  const ranked = bestOfEachAlgorithm(groups);
  const reached = ranked.filter((group) => doseOf(group) !== null);
  const least = reached[0] ? (doseOf(reached[0]) ?? 0) : 0;
  // Sums of equal doses differ in their last digits.
  const isLeast = (group: SummaryGroup) => (doseOf(group) ?? 0) <= least * (1 + 1e-9);
  return {
    name: namer(groups),
    first: reached.filter(isLeast),
    others: reached.filter((group) => !isLeast(group)),
    missed: ranked.filter((group) => doseOf(group) === null),
  };
}

function headlineOf(groups: readonly SummaryGroup[], ranking: Ranking): string {
  const { name, first, others, missed } = ranking;
  const [best] = first;
  if (best === undefined) {
    const good = missed.filter(({ success }) => success.fraction > 0.5);
    if (good.length > 0) {
      return `${good.map((group) => `${name(group)} (${tally(group)})`).join(', ')} rightly declined, or stayed inside the ${marginsText(groups)}.`;
    }
    return `No algorithm reached the ${marginsText(groups)} in more than half of its runs.`;
  }
  const isAlone = others.length + missed.length === 0;
  const margins = marginsText(groups);
  const dose = `median ${formatNumber(doseOf(best))} e/nm²`;
  const cost = `${dose} in ${formatNumber(best.framesToMargins.median)} frames`;
  if (first.length > 1) {
    const who = first.map((group) => `${name(group)} (${tally(group)})`).join(' and ');
    return `${who} reached the ${margins} with the same dose: ${cost}.`;
  }
  const least = isAlone ? '' : ' with the least dose';
  return `${name(best)} reached the ${margins}${least}: ${cost}, ${tally(best)} trajectories.`;
}

function comparisonOf(group: SummaryGroup, { name, first: [best] }: Ranking): string {
  const dose = doseOf(group) ?? 0;
  const least = best ? (doseOf(best) ?? 0) : 0;
  // A start inside the margins costs no dose, and nothing is a multiple of that.
  const times = least > 0 ? `${formatNumber(dose / least)} times as much; ` : '';
  return `${name(group)} ${formatNumber(dose)} e/nm² (${times}${tally(group)})`;
}

/** Each algorithm at the dwell time with which it needs least dose; least dose first. */
function bestOfEachAlgorithm(groups: readonly SummaryGroup[]): readonly SummaryGroup[] {
  const dose = (group: SummaryGroup) => doseOf(group) ?? Number.MAX_VALUE;
  const ranked = groups.toSorted(
    (a, b) => dose(a) - dose(b) || b.success.fraction - a.success.fraction,
  );
  const isFirst = (group: SummaryGroup, i: number) =>
    ranked.findIndex((other) => seriesLabel(other) === seriesLabel(group)) === i;
  return ranked.filter(isFirst);
}

function cautions(groups: readonly SummaryGroup[]): string[] {
  const sentences: string[] = [];
  const least = groups.reduce((a, b) => (b.trajectories < a.trajectories ? b : a));
  if (least.trajectories < fewTrajectories) {
    const { low } = wilsonInterval(least.trajectories, least.trajectories);
    sentences.push(
      `With n = ${least.trajectories}, even success in all runs only shows a success rate above ` +
        `${Math.round(100 * low)} % (95 % interval).`,
    );
  }
  const failed = groups.reduce((sum, { outcomes }) => sum + (outcomes.failed ?? 0), 0);
  if (failed > 0) {
    sentences.push(`${trajectoriesText(failed)} failed with an error.`);
  }
  return sentences;
}

/** Names a group; with its dwell time where there is more than one. */
function namer(groups: readonly SummaryGroup[]): (group: SummaryGroup) => string {
  const several = new Set(groups.map(({ condition }) => condition.dwellTimeNs)).size > 1;
  return (group) => seriesLabel(group) + (several ? ` at ${group.condition.dwellTimeNs} ns` : '');
}

function doseOf(group: SummaryGroup): number | null {
  return group.doseToMarginsElectronsPerNm2.median;
}

function tally({ success, trajectories }: SummaryGroup): string {
  return `${success.count} of ${trajectories}`;
}
