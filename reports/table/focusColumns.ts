import type { FocusChange, FocusState } from '../../harness/microscope/index.ts';
import { residualParameters } from '../words/index.ts';
import { type Column, columnsOf } from './Column.ts';

/**
 * Three columns for something that working distance and both stigmators have.
 *
 * @param prefix - Of their names; none for the state itself.
 * @param meaning - Its description, given the parameter's name.
 */
export function focusColumns<Row>(
  prefix: string,
  meaning: (parameter: string) => string,
  focusOf: (row: Row) => FocusState | FocusChange | undefined,
): Column<Row>[] {
  return residualParameters.map(({ parameter, name }) =>
    columnsOf<Row>().number(
      prefix === '' ? parameter : prefix + parameter.replace(/^./, (first) => first.toUpperCase()),
      meaning(name),
      (row) => focusOf(row)?.[parameter],
    ),
  );
}
