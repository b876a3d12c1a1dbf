import { expect, it } from 'vitest';
import { imperfectionUnits } from '../reports/index.ts';
import { imperfectionKinds } from '../sim/index.ts';

// Reports must not import the simulator: only here do both meet.
it('reports name the units in which the simulator measures its imperfections', () => {
  const units = Object.entries(imperfectionKinds).map(([name, { unit }]) => [name, unit]);
  expect(imperfectionUnits).toEqual(Object.fromEntries(units));
});
