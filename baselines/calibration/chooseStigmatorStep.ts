import { CalibrationError, type ParameterDescription } from '../../harness/microscope/index.ts';
import type { AberrationMeter } from './AberrationMeter.ts';
import type { PairTaker } from './PairTaker.ts';
import { differenceOf, type Sides, type Stigmator, takeSides } from './stigmatorColumn.ts';

/** Focal shift to either side that a step of a stigmator should make, um. */
const wantedUm = 2.5;
/** Steps that make so much are as good: above the noise, and estimates are still linear. */
const acceptedUm = [1.5, 4] as const;
/** Less than this at the largest step is no effect. */
const leastUm = 0.5;
/** Where nothing is known, the first step is this part of half the range: 0.25 of +-100 %. */
const firstStepFraction = 0.0025;
/** The first step of an instrument that tells no range. */
const firstStepUnits = 0.25;
/** No step is larger than so many first ones: 8 of +-100 %, 16 um at 2 um per unit. */
const largestStepFactor = 32;
/** How much the step may grow or shrink at once. */
const largestChange = 4;
const mostTrials = 6;

/** The largest step that is ever made of a stigmator, units. */
export function largestStigmatorStep(description: ParameterDescription): number {
  return firstStep(description) * largestStepFactor;
}

/**
 * A step of one stigmator that moves the astigmatism by a few um, whatever its unit is worth, with
 * the pairs taken at that step.
 *
 * @throws CalibrationError if even the largest step shows next to no effect.
 */
export async function chooseStigmatorStep(
  stigmator: Stigmator,
  description: ParameterDescription,
  taker: PairTaker,
  meter: AberrationMeter,
): Promise<{ readonly stepUnits: number; readonly sides: Sides }> {
  const largest = largestStigmatorStep(description);
  let stepUnits = firstStep(description);
  for (let trial = 1; ; trial++) {
    const sides = await takeSides(stigmator, stepUnits, taker);
    const { aUm, bUm } = await differenceOf(sides, meter);
    const size = Math.hypot(aUm, bUm);
    const isLast = trial === mostTrials || (size < acceptedUm[0] && stepUnits === largest);
    if (isLast && size < leastUm) {
      throw new CalibrationError(
        `${stigmator} has almost no effect: ${size.toFixed(2)} um of astigmatism for a change by ${stepUnits}`,
        { hint: 'check that the stigmators can be set; focus better or expose longer' },
      );
    }
    if (isLast || (size >= acceptedUm[0] && size <= acceptedUm[1])) return { stepUnits, sides };
    const factor = Math.min(Math.max(wantedUm / size, 1 / largestChange), largestChange);
    stepUnits = Math.min(stepUnits * factor, largest);
  }
}

function firstStep({ min, max }: ParameterDescription): number {
  if (min === undefined || max === undefined) return firstStepUnits;
  return (firstStepFraction * (max - min)) / 2;
}
