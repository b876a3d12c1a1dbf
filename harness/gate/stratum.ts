import { z } from 'zod';
import type { Scenario } from '../record/index.ts';

/** What a part of the trajectories can have in common. */
export const stratumAxes = ['specimen', 'dwellTimeNs', 'stratum', 'preset', 'psf'] as const;
export type StratumAxis = (typeof stratumAxes)[number];

const names = z.array(z.string()).min(1);

/** A part of the trajectories: all that have one of the values on every axis that is named. */
export const stratumSchema = z.strictObject({
  specimen: names.optional(),
  dwellTimeNs: z.array(z.number().positive()).min(1).meta({ unit: 'ns' }).optional(),
  /** Class of starts. */
  stratum: names.optional(),
  preset: names.optional(),
  psf: names.optional(),
});
export type Stratum = z.infer<typeof stratumSchema>;

/** Where a scenario lies on an axis; `undefined` in suites with a single class of starts. */
export function positionOn(axis: StratumAxis, scenario: Scenario): string | number | undefined {
  switch (axis) {
    case 'specimen':
      return scenario.specimen.name;
    case 'dwellTimeNs':
      return scenario.frame.dwellTimeNs;
    case 'stratum':
      return scenario.stratum;
    case 'preset':
      return scenario.preset;
    case 'psf':
      return scenario.psf;
  }
}

/** True where a scenario belongs to the stratum; everything belongs to the empty one. */
export function isIn(stratum: Stratum, scenario: Scenario): boolean {
  return stratumAxes.every((axis) => {
    const allowed: readonly (string | number)[] | undefined = stratum[axis];
    const position = positionOn(axis, scenario);
    return allowed === undefined || (position !== undefined && allowed.includes(position));
  });
}

/** For a sentence: `tissue, 50 ns`; `all` for the empty one. */
export function stratumLabel(stratum: Stratum): string {
  const parts = stratumAxes.flatMap((axis) => {
    const values: readonly (string | number)[] | undefined = stratum[axis];
    if (values === undefined) return [];
    return [values.map((value) => (axis === 'dwellTimeNs' ? `${value} ns` : value)).join(' or ')];
  });
  return parts.length === 0 ? 'all' : parts.join(', ');
}

/**
 * The stratum split along an axis, one part per value that occurs. No part where there is one value
 * alone, or none: the whole says the same.
 */
export function splitAlong(
  axis: StratumAxis,
  stratum: Stratum,
  scenarios: readonly Scenario[],
): Stratum[] {
  const values = new Set(
    scenarios.filter((scenario) => isIn(stratum, scenario)).map((one) => positionOn(axis, one)),
  );
  values.delete(undefined);
  if (values.size < 2) return [];
  return [...values]
    .sort((p, q) =>
      typeof p === 'number' && typeof q === 'number' ? p - q : String(p) < String(q) ? -1 : 1,
    )
    .map((value) => stratumSchema.parse({ ...stratum, [axis]: [value] }));
}
