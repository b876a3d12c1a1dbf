import { focalErrorUm, type IterationRow } from '../../harness/record/index.ts';
import { type Column, columnsOf } from './Column.ts';
import { focusColumns } from './focusColumns.ts';
import type { RunRow } from './RunRow.ts';

/** An iteration and the run that it belongs to. */
export interface RowOfRun {
  readonly run: RunRow;
  readonly row: IterationRow;
}

const { text, json, whole, number, flag } = columnsOf<RowOfRun>();

/** The table of iterations: one row per iteration of every trajectory; iteration 0 is the start. */
export const iterationColumns: readonly Column<RowOfRun>[] = [
  text(
    'key',
    'The run, as in the table of runs, which says everything else about it.',
    ({ run }) => run.record.key,
  ),
  text('algorithm', 'Name of the algorithm.', ({ run: { scenario } }) => scenario.algorithm.name),
  whole(
    'trajectory',
    'Index of the trajectory in its suite, from 0.',
    ({ run: { scenario } }) => scenario.trajectory,
  ),
  whole(
    'iteration',
    'Iteration, 0 for the start. A run that was stopped has one more row, with the number of the iteration that was stopped: the state in which the microscope was left.',
    ({ row }) => row.iteration,
  ),
  ...focusColumns<RowOfRun>(
    '',
    (of) => `Instrument value of ${of} after the iteration.`,
    ({ row }) => row.focus,
  ),
  ...focusColumns<RowOfRun>(
    'residual',
    (of) => `Residual: ${of} minus the true best focus, or the reference, signed.`,
    ({ row }) => row.residual,
  ),
  number(
    'residualFocalErrorUm',
    'Residual in one number: defocus and both components of astigmatism as focal shift, hypot(z, a, b).',
    ({ run, row }) => focalErrorUm(run.scenario, row.residual),
  ),
  flag(
    'insideMargins',
    'All three residuals within the margins; never so where the run was stopped.',
    ({ row }) => row.insideMargins,
  ),
  ...focusColumns<RowOfRun>(
    'correction',
    (of) => `Correction of ${of} that the algorithm asked for; empty where it made none.`,
    ({ row }) => row.correction,
  ),
  ...focusColumns<RowOfRun>(
    'correctionSd',
    (of) => `Standard deviation that it claimed for its correction of ${of}; empty where none.`,
    ({ row }) => row.correctionSd,
  ),
  text(
    'declined',
    'Why it saw nothing to focus on; empty where it did not decline.',
    ({ row }) => row.declined,
  ),
  text('stopped', 'Why the run was stopped here; empty elsewhere.', ({ row }) => row.stopped),
  whole('framesTotal', 'Frames exposed since the start.', ({ row }) => row.framesTotal),
  whole('pixelsTotal', 'Pixels exposed since the start.', ({ row }) => row.pixelsTotal),
  number(
    'doseElectronsPerNm2Total',
    'Dose since the start of the place that has received most.',
    ({ row }) => row.doseElectronsPerNm2Total,
  ),
  number(
    'electronsTotal',
    'Electrons on the specimen since the start, wherever they hit it.',
    ({ row }) => row.electronsTotal,
  ),
  number(
    'beamOnTotalS',
    'Time that the beam was on the specimen, since the start.',
    ({ row }) => row.beamOnTotalS,
  ),
  number(
    'settleTotalS',
    'Virtual time spent on waiting for lenses and stigmators, since the start.',
    ({ row }) => row.settleTotalS,
  ),
  number(
    'microscopeTotalS',
    'Virtual time of the microscope since the start: frames, overheads and settling.',
    ({ row }) => row.microscopeTotalS,
  ),
  number(
    'computeMs',
    'Computing time of this iteration, 0 at the start and where it was stopped. Differs from run to run.',
    ({ row }) => row.computeMs,
  ),
  json(
    'diagnostics',
    'What the algorithm said beside its correction, in its own words; empty where nothing.',
    ({ row }) => (row.diagnostics === undefined ? undefined : JSON.stringify(row.diagnostics)),
  ),
];
