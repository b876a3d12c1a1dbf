import type { FocusState } from '../../harness/microscope/index.ts';
import type { Column } from './Column.ts';

const parts = [
  {
    parameter: 'workingDistanceUm',
    suffix: 'WorkingDistanceUm',
    unit: 'um',
    of: 'working distance',
  },
  { parameter: 'stigmatorX', suffix: 'StigmatorX', unit: 'stigmator unit', of: 'stigmator x' },
  { parameter: 'stigmatorY', suffix: 'StigmatorY', unit: 'stigmator unit', of: 'stigmator y' },
] as const;

/**
 * Three columns for something that working distance and both stigmators have.
 *
 * @param prefix - Of their names; none for the state itself.
 * @param meaning - What it is, given the parameter's name.
 */
export function focusColumns<Row>(
  prefix: string,
  meaning: (parameter: string) => string,
  focusOf: (row: Row) => FocusState | undefined,
): Column<Row>[] {
  return parts.map(({ parameter, suffix, unit, of }) => ({
    name: prefix === '' ? parameter : `${prefix}${suffix}`,
    type: 'number',
    unit,
    meaning: meaning(of),
    of: (row) => focusOf(row)?.[parameter],
  }));
}
