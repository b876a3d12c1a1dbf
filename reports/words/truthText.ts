import { groupedBy } from '../../harness/statistics/index.ts';
import type { SummaryGroup } from '../summary/index.ts';
import { formatNumber } from './formatNumber.ts';
import { plural, trajectoriesText } from './plural.ts';
import { printable } from './printable.ts';
import { stigmatorUnit } from './stigmatorUnit.ts';

/** What residuals are measured from: `the hidden truth`, or what a method has measured on an instrument. */
export function truthText(groups: readonly Pick<SummaryGroup, 'reference'>[]): string {
  const methods = [...new Set(groups.flatMap(({ reference }) => reference?.method ?? []))];
  if (methods.length === 0) return 'the hidden truth';
  const measured = `the focus that ${methods.map(printable).join(' or ')} found before and after`;
  const isMixed = groups.some(({ reference }) => reference === null);
  return isMixed ? `the hidden truth, on the instrument ${measured}` : measured;
}

/** Per instrument, in sentences: which one it is, and how the reference was measured. */
export function instrumentTexts(groups: readonly SummaryGroup[]): readonly string[] {
  const measured = groups.flatMap((group) =>
    group.reference === null ? [] : [{ ...group, reference: group.reference }],
  );
  const byInstrument = groupedBy(measured, ({ condition: { preset }, reference }) =>
    JSON.stringify([preset, reference.method, reference.dwellTimeNs]),
  );
  return [...byInstrument.values()].map((members) => {
    const [{ condition, reference }] = members;
    const { method, dwellTimeNs, places, hasStage } = reference;
    const n = members.reduce((sum, { trajectories }) => sum + trajectories, 0);
    const pooled = (name: 'sd' | 'drift') => {
      const of = (parameter: 'workingDistanceUm' | 'stigmatorX' | 'stigmatorY') => {
        const squares = members.map(
          (one) => one.trajectories * one.reference[name][parameter] ** 2,
        );
        return formatSmall(Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / n));
      };
      return `${of('workingDistanceUm')} µm and ${of('stigmatorX')}, ${of('stigmatorY')} ${stigmatorUnit}`;
    };
    const dose = members.reduce((sum, one) => sum + one.reference.doseElectronsPerNm2, 0);
    const ofTrajectories = members.reduce(
      (sum, { trajectories, iterations }) =>
        sum + trajectories * (iterations.at(-1)?.doseElectronsPerNm2.mean ?? 0),
      0,
    );
    const frames = members.reduce((sum, one) => sum + one.reference.frames, 0);
    return [
      `Measured on ${printable(condition.preset)}, where the truth is not known: ${printable(method)} at ${formatNumber(dwellTimeNs)} ns focused before and after each of ${trajectoriesText(n)}, and residuals are distances from the middle of the two.`,
      `Its standard deviation is ${pooled('sd')}, its drift from before to after ${pooled('drift')} (root mean squares).`,
      hasStage
        ? `It took ${plural(frames, 'frame')} at ${plural(places, 'place')}, ${formatNumber(dose / places)} e/nm² at each beside the trajectories.`
        : `The stage could not be moved: all trajectories were at one place, which received ${formatNumber(dose + ofTrajectories)} e/nm² in all, ${formatNumber(dose)} of them beside the trajectories.`,
    ].join(' ');
  });
}

/** Three digits are too many of a standard deviation. */
function formatSmall(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(2)));
}
