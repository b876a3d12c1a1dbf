import { mean, sampleSd } from '../statistics/index.ts';

/** What a method reads from a real pair, and from simulated pairs in the same state, um. */
export interface Compared {
  readonly real: number;
  /** At least two. */
  readonly simulated: readonly number[];
}

/** How well simulated readings predict the real ones. */
export interface Agreement {
  /** s: the common factor of the real readings over the simulated ones. */
  readonly scale: number;
  /** R: root mean square of z. */
  readonly r: number;
  /** In the order of what was compared: distance of the real reading in standard deviations of its prediction. */
  readonly z: readonly number[];
}

/** Limits of the verdict `predicted`. */
export const agreementLimits = { r: 1, scale: 0.05, z: 2 } as const;

/** What the scale of working distance and pupil together may be off by; a standard deviation of ln s. */
const scalePrior = 0.13;
/** No prediction is better than this: read-back, calibration. A part, a standard deviation. */
const leastShare = 0.02;
/** The same near focus, um. */
const leastUm = 0.05;

/**
 * z = [ln real - ln s - <ln sim>] / sqrt(SD^2 (1 + 1/n) + 0.02^2) with SD that of ln sim over its n readings;
 * s is the most likely common scale with the prior ln s ~ N(0, 0.13); R is the root mean square of z.
 *
 * Readings near focus, which have both signs or are 0, have no logarithm. There z is
 * [real - s <sim>] / sqrt(SD^2 (1 + 1/n) + (0.02 <sim>)^2 + (0.05 um)^2), and they say nothing of s.
 *
 * @returns nothing if there is nothing to compare.
 */
export function agreementOf(compared: readonly Compared[]): Agreement | undefined {
  if (compared.length === 0) return undefined;
  const logs = compared.map(logarithms);
  let [weights, weighted] = [1 / scalePrior ** 2, 0];
  for (const log of logs) {
    if (log === undefined) continue;
    weights += 1 / log.sd ** 2;
    weighted += log.difference / log.sd ** 2;
  }
  const logScale = weighted / weights;
  const scale = Math.exp(logScale);
  const z = compared.map((one, i) => {
    const log = logs[i];
    return log === undefined ? linearZ(one, scale) : (log.difference - logScale) / log.sd;
  });
  return { scale, z, r: Math.sqrt(mean(z.map((value) => value ** 2))) };
}

/**
 * Where a real reading is inside: |z| below 2 on the common scale.
 *
 * @param simulated - At least two readings, um.
 */
export function insideRange(
  simulated: readonly number[],
  scale: number,
): { readonly lowUm: number; readonly highUm: number } {
  const logs = logsOf(simulated);
  const [centre, sd] =
    logs === undefined
      ? [scale * mean(simulated), linearSd(simulated)]
      : [Math.log(scale) + mean(logs.values), logs.sd];
  const ends = [-agreementLimits.z, agreementLimits.z].map((z) => centre + z * sd);
  const readings = logs === undefined ? ends : ends.map((end) => logs.sign * Math.exp(end));
  return { lowUm: Math.min(...readings), highUm: Math.max(...readings) };
}

function logarithms({ real, simulated }: Compared): { difference: number; sd: number } | undefined {
  const logs = logsOf(simulated);
  if (logs === undefined || Math.sign(real) !== logs.sign) return undefined;
  return { difference: Math.log(logs.sign * real) - mean(logs.values), sd: logs.sd };
}

/** Logarithms of readings of one sign, and the standard deviation of a further one. */
function logsOf(
  simulated: readonly number[],
): { readonly sign: number; readonly values: readonly number[]; readonly sd: number } | undefined {
  const sign = Math.sign(simulated[0] ?? 0);
  if (sign === 0 || simulated.some((value) => Math.sign(value) !== sign)) return undefined;
  const values = simulated.map((value) => Math.log(sign * value));
  return { sign, values, sd: Math.hypot(predictionSd(values), leastShare) };
}

function linearZ({ real, simulated }: Compared, scale: number): number {
  return (real - scale * mean(simulated)) / linearSd(simulated);
}

function linearSd(simulated: readonly number[]): number {
  return Math.hypot(predictionSd(simulated), leastShare * mean(simulated), leastUm);
}

/** Of one more reading, where mean and spread are known from so many. */
function predictionSd(values: readonly number[]): number {
  return sampleSd(values) * Math.sqrt(1 + 1 / values.length);
}
