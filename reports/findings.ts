import { wilsonInterval } from '../harness/statistics/index.ts';
import { algorithmLabel } from './algorithmLabel.ts';
import { settingLabel } from './conditionLabel.ts';
import { formatNumber } from './formatNumber.ts';
import { marginsText } from './marginsText.ts';
import type { Summary, SummaryGroup } from './Summary.ts';

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
export function findings({ groups }: Summary): readonly string[] {
  if (groups.length === 0) return ['There are no trajectories to report on.'];
  const settings = new Map<string, SummaryGroup[]>();
  for (const group of groups) {
    const label = settingLabel(group.condition);
    settings.set(label, [...(settings.get(label) ?? []), group]);
  }
  const told = [...settings].slice(0, settingsTold);
  const sentences =
    told.length === 1
      ? told.flatMap(([, members]) => settingFindings(members))
      : told.map(([label, members]) => `${label}: ${shortFinding(members)}`);
  const untold = settings.size - told.length;
  if (untold > 0) {
    sentences.push(`${untold} more ${untold === 1 ? 'setting is' : 'settings are'} in the table.`);
  }
  return [...sentences, ...cautions(groups)];
}

/** One sentence: the best and the next best. */
function shortFinding(groups: readonly SummaryGroup[]): string {
  const name = namer(groups);
  const [best, next] = bestOfEachAlgorithm(groups);
  const [headline = ''] = settingFindings(groups);
  if (best === undefined || next === undefined || doseOf(next) === null) return headline;
  const dose = `${name(next)} ${formatNumber(doseOf(next))} e/nm²`;
  const comparison = compared(doseOf(next), doseOf(best));
  return `${headline.slice(0, -1)}; next ${dose} (${comparison}${tally(next)}).`;
}

/** The headline of a setting, then the other algorithms. */
function settingFindings(groups: readonly SummaryGroup[]): string[] {
  const name = namer(groups);
  const ranked = bestOfEachAlgorithm(groups);
  const reached = ranked.filter((group) => doseOf(group) !== null);
  const missed = ranked.filter((group) => doseOf(group) === null);
  const [best, ...others] = reached;
  const sentences: string[] = [];
  if (best === undefined) {
    sentences.push(
      `No algorithm reached the ${marginsText(groups)} in more than half of its runs.`,
    );
  } else {
    const dose = formatNumber(doseOf(best));
    const frames = formatNumber(best.framesToMargins.median);
    const least = ranked.length > 1 ? ' with the least dose' : '';
    sentences.push(
      `${name(best)} reached the ${marginsText(groups)}${least}: ` +
        `median ${dose} e/nm² in ${frames} frames, ${tally(best)} trajectories.`,
    );
  }
  if (best !== undefined && others.length > 0) {
    const parts = others.map((group) => {
      const dose = `${name(group)} ${formatNumber(doseOf(group))} e/nm²`;
      return `${dose} (${compared(doseOf(group), doseOf(best))}${tally(group)})`;
    });
    sentences.push(`At best the others needed: ${parts.join(', ')}.`);
  }
  if (best !== undefined && missed.length > 0) {
    const parts = missed.map((group) => `${name(group)} (${tally(group)})`);
    sentences.push(`Half of the runs or more did not reach them with ${parts.join(', ')}.`);
  }
  return sentences;
}

/** Each algorithm at the dwell time with which it needs least dose; least dose first. */
function bestOfEachAlgorithm(groups: readonly SummaryGroup[]): readonly SummaryGroup[] {
  const dose = (group: SummaryGroup) => doseOf(group) ?? Number.MAX_VALUE;
  const ranked = groups.toSorted(
    (a, b) => dose(a) - dose(b) || b.success.fraction - a.success.fraction,
  );
  const isFirst = (group: SummaryGroup, i: number) =>
    ranked.findIndex((other) => algorithmLabel(other) === algorithmLabel(group)) === i;
  return ranked.filter(isFirst);
}

function compared(dose: number | null, least: number | null): string {
  // A start inside the margins costs no dose, and nothing is a multiple of that.
  if (dose === null || least === null || least === 0) return '';
  const factor = formatNumber(dose / least);
  return factor === '1' ? 'as much; ' : `${factor} times as much; `;
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
    sentences.push(
      `${failed} ${failed === 1 ? 'trajectory' : 'trajectories'} failed with an error.`,
    );
  }
  return sentences;
}

/** Names a group; with its dwell time where there is more than one. */
function namer(groups: readonly SummaryGroup[]): (group: SummaryGroup) => string {
  const several = new Set(groups.map(({ condition }) => condition.dwellTimeNs)).size > 1;
  return (group) =>
    algorithmLabel(group) + (several ? ` at ${group.condition.dwellTimeNs} ns` : '');
}

function doseOf(group: SummaryGroup): number | null {
  return group.doseToMarginsElectronsPerNm2.median;
}

function tally({ success, trajectories }: SummaryGroup): string {
  return `${success.count} of ${trajectories}`;
}
