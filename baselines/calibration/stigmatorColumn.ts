import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import { mean } from '../../harness/statistics/index.ts';
import type { AberrationMeter } from './AberrationMeter.ts';
import type { PairTaker } from './PairTaker.ts';
import { sdOfMean } from './sdOfMean.ts';

export type Stigmator = 'stigmatorX' | 'stigmatorY';

/** Pairs with one stigmator moved to either side by the same step. */
export interface Sides {
  readonly below: PerturbedPair;
  readonly above: PerturbedPair;
}

/** One column of the stigmator matrix, with standard deviations of the mean over places. */
export interface StigmatorColumn {
  readonly aUmPerUnit: number;
  readonly bUmPerUnit: number;
  readonly sdUmPerUnit: { readonly a: number; readonly b: number };
  /** By how much the stigmator was moved to either side, units. */
  readonly stepUnits: number;
}

/** Change of (a, b) per unit of one stigmator, the mean over places. */
export async function stigmatorColumn(
  places: readonly Sides[],
  stepUnits: number,
  meter: AberrationMeter,
): Promise<StigmatorColumn> {
  const a: number[] = [];
  const b: number[] = [];
  for (const sides of places) {
    const { aUm, bUm } = await differenceOf(sides, meter);
    a.push(aUm / stepUnits);
    b.push(bUm / stepUnits);
  }
  return {
    aUmPerUnit: mean(a),
    bUmPerUnit: mean(b),
    sdUmPerUnit: { a: sdOfMean(a), b: sdOfMean(b) },
    stepUnits,
  };
}

export async function takeSides(
  stigmator: Stigmator,
  stepUnits: number,
  taker: PairTaker,
): Promise<Sides> {
  const below = await taker.take({ [stigmator]: -stepUnits });
  const above = await taker.take({ [stigmator]: stepUnits });
  return { below, above };
}

/** Half the change of (a, b) from one side to the other, um: what both have in common is out. */
export async function differenceOf(
  { below, above }: Sides,
  meter: AberrationMeter,
): Promise<{ readonly aUm: number; readonly bUm: number }> {
  const before = (await meter.measure(below)).aberration;
  const after = (await meter.measure(above)).aberration;
  return { aUm: (after.aUm - before.aUm) / 2, bUm: (after.bUm - before.bUm) / 2 };
}
