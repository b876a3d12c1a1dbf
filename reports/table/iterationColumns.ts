import { focalErrorUm, type IterationRow } from '../../harness/record/index.ts';
import type { Column } from './Column.ts';
import { focusColumns } from './focusColumns.ts';
import type { RunRow } from './RunRow.ts';

/** An iteration and the run that it belongs to. */
export interface RowOfRun {
  readonly run: RunRow;
  readonly row: IterationRow;
}

/** The table of iterations: one row per iteration of every trajectory; iteration 0 is the start. */
export const iterationColumns: readonly Column<RowOfRun>[] = [
  {
    name: 'key',
    type: 'text',
    meaning: 'The run, as in the table of runs, which says everything else about it.',
    of: ({ run }) => run.record.key,
  },
  {
    name: 'algorithm',
    type: 'text',
    meaning: 'Name of the algorithm.',
    of: ({ run }) => run.record.scenario.algorithm.name,
  },
  {
    name: 'trajectory',
    type: 'whole',
    meaning: 'Index of the trajectory in its suite, from 0.',
    of: ({ run }) => run.record.scenario.trajectory,
  },
  {
    name: 'iteration',
    type: 'whole',
    meaning:
      'Iteration, 0 for the start. A run that was stopped has one more row, with the number of the iteration that was stopped: the state in which the microscope was left.',
    of: ({ row }) => row.iteration,
  },
  ...focusColumns<RowOfRun>(
    '',
    (of) => `Instrument value of ${of} after the iteration.`,
    ({ row }) => row.focus,
  ),
  ...focusColumns<RowOfRun>(
    'residual',
    (of) => `Residual: ${of} minus the true best focus, signed.`,
    ({ row }) => row.residual,
  ),
  {
    name: 'residualFocalErrorUm',
    type: 'number',
    unit: 'um',
    meaning:
      'Residual in one number: defocus and both components of astigmatism as focal shift, hypot(z, a, b).',
    of: ({ run, row }) => focalErrorUm(run.record.scenario, row.residual),
  },
  {
    name: 'insideMargins',
    type: 'flag',
    meaning: 'All three residuals within the margins; never so where the run was stopped.',
    of: ({ row }) => row.insideMargins,
  },
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
  {
    name: 'declined',
    type: 'text',
    meaning: 'Why it saw nothing to focus on; empty where it did not decline.',
    of: ({ row }) => row.declined,
  },
  {
    name: 'stopped',
    type: 'text',
    meaning: 'Why the run was stopped here; empty elsewhere.',
    of: ({ row }) => row.stopped,
  },
  {
    name: 'framesTotal',
    type: 'whole',
    meaning: 'Frames exposed since the start.',
    of: ({ row }) => row.framesTotal,
  },
  {
    name: 'pixelsTotal',
    type: 'whole',
    unit: 'px',
    meaning: 'Pixels exposed since the start.',
    of: ({ row }) => row.pixelsTotal,
  },
  {
    name: 'doseElectronsPerNm2Total',
    type: 'number',
    unit: 'e/nm2',
    meaning: 'Dose on the specimen since the start.',
    of: ({ row }) => row.doseElectronsPerNm2Total,
  },
  {
    name: 'beamOnTotalS',
    type: 'number',
    unit: 's',
    meaning: 'Time that the beam was on the specimen, since the start.',
    of: ({ row }) => row.beamOnTotalS,
  },
  {
    name: 'settleTotalS',
    type: 'number',
    unit: 's',
    meaning: 'Virtual time spent on waiting for lenses and stigmators, since the start.',
    of: ({ row }) => row.settleTotalS,
  },
  {
    name: 'microscopeTotalS',
    type: 'number',
    unit: 's',
    meaning: 'Virtual time of the microscope since the start: frames, overheads and settling.',
    of: ({ row }) => row.microscopeTotalS,
  },
  {
    name: 'computeMs',
    type: 'number',
    unit: 'ms',
    meaning:
      'Computing time of this iteration, 0 at the start and where it was stopped. Differs from run to run.',
    of: ({ row }) => row.computeMs,
  },
  {
    name: 'diagnostics',
    type: 'json',
    meaning:
      'What the algorithm said beside its correction, in its own words; empty where nothing.',
    of: ({ row }) => (row.diagnostics === undefined ? undefined : JSON.stringify(row.diagnostics)),
  },
];
