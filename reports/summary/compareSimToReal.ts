import { marginsReachedAt, type TrajectoryRecord } from '../../harness/record/index.ts';
import {
  groupedBy,
  type Interval,
  mean,
  normal975,
  normalScoreOfT,
  sampleSd,
  tOfNormalScore,
  wilsonInterval,
} from '../../harness/statistics/index.ts';
import { agreementLimits } from '../../harness/validation/index.ts';
import type { RecordGroup } from './groupRecords.ts';
import { referenceStatistics } from './referenceStatistics.ts';
import { rowAt } from './rowAt.ts';
import type { ComparedFigure, ComparedSide, SimToReal } from './SimToReal.ts';

/** After which iterations the working distance is looked at, beside the last. */
const iterationsLookedAt = [1, 2, 3, 6, 10];
/** Of R. Figures of an algorithm depend on each other: what is alike comes to 1.5 now and then. */
export const simToRealLimits = { predicted: agreementLimits.r, notPredicted: 2 } as const;
/** Fewer simulated trajectories say nothing of their spread. */
const leastSimulated = 3;
/** No prediction is better than this: a standard deviation of the logarithm. */
const leastShare = 0.02;
/** Standard deviation of what was rounded to a whole number. */
const wholeSd = 1 / Math.sqrt(12);

/**
 * Every suite that was run on an instrument, against the same suite in every simulated setting: the same algorithms
 * with the same parameters, iterations, frames and dwell times. Starts are the same where the seeds are.
 *
 * t = [<ln measured> - <ln simulated>] / sqrt(SD^2 (1/m + 1/n) + 0.02^2), m trajectories on the instrument and n
 * in simulation, SD that of the n simulated logarithms; z is the normal value as rare as t with n - 1 degrees of
 * freedom. Simulated distances are measured from where the reference method ends in simulation, because an error that it
 * makes each time cannot be seen on the instrument. Distances have the standard deviation of the reference added in quadrature on both sides: less could not be
 * measured. Costs come in whole iterations, so that their SD is at least that of half an iteration either way. Of a
 * share z is that of the arcsines of the square roots.
 */
export function compareSimToReal(groups: readonly RecordGroup[]): readonly SimToReal[] {
  const settings = [...groupedBy(groups, settingKey).values()];
  const ofInstruments = settings.filter(([{ condition }]) => condition.reference !== undefined);
  const ofSimulator = settings.filter(([{ condition }]) => condition.reference === undefined);
  return ofInstruments.flatMap((measured) =>
    ofSimulator
      .filter(([{ condition }]) => condition.suite === measured[0].condition.suite)
      .map((simulated) => compareSettings(measured, simulated)),
  );
}

type Groups = readonly [RecordGroup, ...RecordGroup[]];

function settingKey({ condition: { dwellTimeNs: _, ...setting } }: RecordGroup): string {
  return JSON.stringify(setting);
}

function compareSettings(measured: Groups, simulated: Groups): SimToReal {
  const biasUm = referenceBiasUm(measured[0], simulated);
  const partners = new Map(simulated.map((group) => [likeness(group), group]));
  const notCompared: SimToReal['notCompared'][number][] = [];
  const figures = measured.flatMap((group): ComparedFigure[] => {
    const partner = partners.get(likeness(group));
    if (partner !== undefined) return figuresOf(group, partner, biasUm ?? 0);
    notCompared.push({ algorithm: group.algorithm, dwellTimeNs: group.condition.dwellTimeNs });
    return [];
  });
  const zs = figures.flatMap(({ z }) => z ?? []);
  const r = zs.length === 0 ? null : Math.sqrt(mean(zs.map((z) => z ** 2)));
  const { dwellTimeNs: _, ...ofMeasured } = measured[0].condition;
  const { dwellTimeNs: __, ...ofSimulated } = simulated[0].condition;
  return {
    measured: ofMeasured,
    simulated: ofSimulated,
    referenceBiasUm: biasUm,
    figures,
    notCompared,
    r,
    verdict: verdictOf(r),
  };
}

/** Where the reference method ends in simulation, from the truth: the mean of what converged. */
function referenceBiasUm(
  { records: [{ scenario }] }: RecordGroup,
  simulated: Groups,
): number | null {
  const { reference } = scenario.instrument ?? {};
  const method = JSON.stringify(reference?.algorithm);
  const ends = simulated
    .filter(({ records: [own] }) => {
      const { algorithm, frame } = own.scenario;
      return JSON.stringify(algorithm) === method && frame.dwellTimeNs === reference?.dwellTimeNs;
    })
    .flatMap(({ records }) => records.filter(({ outcome }) => outcome === 'converged'))
    .flatMap(({ iterations }) => iterations.at(-1)?.residual.workingDistanceUm ?? []);
  return ends.length < leastSimulated ? null : mean(ends);
}

function verdictOf(r: number | null): SimToReal['verdict'] {
  if (r !== null && r <= simToRealLimits.predicted) return 'predicted';
  return r !== null && r > simToRealLimits.notPredicted ? 'not predicted' : 'undecided';
}

/** Equal for groups that differ in the instrument alone, and in what is told of it. */
function likeness({ records: [{ scenario }] }: RecordGroup): string {
  const { algorithm, iterations, margins, frame } = scenario;
  const { width, height, dwellTimeNs } = frame;
  return JSON.stringify([algorithm, iterations, margins, width, height, dwellTimeNs]);
}

/** @param biasUm - Of the reference method in simulation. */
function figuresOf(
  measured: RecordGroup,
  simulated: RecordGroup,
  biasUm: number,
): ComparedFigure[] {
  const { algorithm, condition } = measured;
  const about = { algorithm, dwellTimeNs: condition.dwellTimeNs };
  const referenceSdUm = referenceStatistics(measured.records)?.sd.workingDistanceUm ?? 0;
  const distances = ({ records }: RecordGroup, iteration: number, fromUm = 0) =>
    records.map((record) =>
      Math.hypot(rowAt(record, iteration).residual.workingDistanceUm - fromUm, referenceSdUm),
    );
  const last = Math.max(lastIteration(measured), lastIteration(simulated));
  const iterations = [...iterationsLookedAt.filter((iteration) => iteration < last), last];
  const reachedBy = ({ records }: RecordGroup) =>
    // A start inside the margins costs nothing, and has no logarithm.
    records.flatMap((record) => marginsReachedAt(record) ?? []).filter((row) => row.iteration > 0);
  const [reached, simulatedReached] = [reachedBy(measured), reachedBy(simulated)];
  const iterationsToMargins = simulatedReached.map(({ iteration }) => iteration);
  const compareCosts = (name: 'doseElectronsPerNm2Total' | 'microscopeTotalS') =>
    compareValues(
      reached.map((row) => row[name]),
      simulatedReached.map((row) => row[name]),
      iterationsToMargins.length === 0 ? 0 : wholeSd / mean(iterationsToMargins),
    );
  return [
    { ...about, quantity: 'insideMargins', iteration: null, ...compareShares(measured, simulated) },
    ...iterations.map((iteration) => ({
      ...about,
      quantity: 'absWorkingDistanceUm' as const,
      iteration,
      ...compareValues(distances(measured, iteration), distances(simulated, iteration, biasUm)),
    })),
    {
      ...about,
      quantity: 'doseToMarginsElectronsPerNm2',
      iteration: null,
      ...compareCosts('doseElectronsPerNm2Total'),
    },
    {
      ...about,
      quantity: 'microscopeToMarginsS',
      iteration: null,
      ...compareCosts('microscopeTotalS'),
    },
  ];
}

function lastIteration({ records }: RecordGroup): number {
  return Math.max(...records.map(({ iterations }) => iterations.at(-1)?.iteration ?? 0));
}

type Comparison = Omit<ComparedFigure, 'algorithm' | 'dwellTimeNs' | 'quantity' | 'iteration'>;

const undecided = { inside: null, z: null, isInside: null };

/** @param leastSd - Of one simulated logarithm. */
function compareValues(
  measured: readonly number[],
  simulated: readonly number[],
  leastSd = 0,
): Comparison {
  const [real, own] = [measured.map(Math.log), simulated.map(Math.log)];
  const sides = { measured: sideOf(real), simulated: sideOf(own) };
  if (real.length === 0 || own.length < leastSimulated) return { ...sides, ...undecided };
  const spread = Math.hypot(sampleSd(own), leastSd);
  const sd = Math.hypot(spread * Math.sqrt(1 / real.length + 1 / own.length), leastShare);
  return { ...sides, ...judged(mean(real), mean(own), { sd, degrees: own.length - 1 }, Math.exp) };
}

/** The geometric mean, with the interval of the mean of logarithms in the normal approximation. */
function sideOf(logs: readonly number[]): ComparedSide {
  const { length: trajectories } = logs;
  if (trajectories === 0) return { value: null, interval95: null, trajectories };
  const centre = mean(logs);
  const half = trajectories < 2 ? null : (normal975 * sampleSd(logs)) / Math.sqrt(trajectories);
  return {
    value: Math.exp(centre),
    interval95:
      half === null ? null : { low: Math.exp(centre - half), high: Math.exp(centre + half) },
    trajectories,
  };
}

function compareShares(measured: RecordGroup, simulated: RecordGroup): Comparison {
  const [real, own] = [successes(measured.records), successes(simulated.records)];
  const sides = { measured: shareOf(real), simulated: shareOf(own) };
  if (own.of < leastSimulated) return { ...sides, ...undecided };
  const sd = Math.sqrt(1 / real.of + 1 / own.of) / 2;
  return {
    ...sides,
    ...judged(angleOf(real), angleOf(own), { sd, degrees: Infinity }, shareOfAngle),
  };
}

/** A number of successes. */
interface Successes {
  readonly count: number;
  readonly of: number;
}

function successes(records: readonly TrajectoryRecord[]): Successes {
  const count = records.filter(({ outcome }) => outcome === 'converged').length;
  return { count, of: records.length };
}

function shareOf({ count, of }: Successes): ComparedSide {
  return { value: count / of, interval95: wilsonInterval(count, of), trajectories: of };
}

/** Of nearly the same variance whatever the share (Anscombe 1948). */
function angleOf({ count, of }: Successes): number {
  return Math.asin(Math.sqrt((count + 3 / 8) / (of + 3 / 4)));
}

function shareOfAngle(angle: number): number {
  return Math.sin(Math.min(Math.PI / 2, Math.max(0, angle))) ** 2;
}

/** @param sd - With so many degrees of freedom; infinitely many where it is known. */
function judged(
  measured: number,
  simulated: number,
  { sd, degrees }: { readonly sd: number; readonly degrees: number },
  back: (value: number) => number,
): { readonly inside: Interval; readonly z: number; readonly isInside: boolean } {
  const t = (measured - simulated) / sd;
  const isKnown = degrees === Number.POSITIVE_INFINITY;
  const z = isKnown ? t : normalScoreOfT(t, degrees);
  const most = (isKnown ? agreementLimits.z : tOfNormalScore(agreementLimits.z, degrees)) * sd;
  const inside = { low: back(simulated - most), high: back(simulated + most) };
  return { inside, z, isInside: Math.abs(z) < agreementLimits.z };
}
