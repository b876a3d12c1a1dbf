import { failureClasses, focalErrorUm, outcomes, pairKey } from '../../harness/record/index.ts';
import type { Column } from './Column.ts';
import { focusColumns } from './focusColumns.ts';
import type { RunRow } from './RunRow.ts';

type RunColumn = Column<RunRow>;

/** Which trajectory it is: everything that determines it. */
const identity: readonly RunColumn[] = [
  {
    name: 'key',
    type: 'text',
    meaning: 'SHA-256 of everything that determines the run; the table of iterations has it too.',
    of: ({ record }) => record.key,
  },
  {
    name: 'pairKey',
    type: 'text',
    meaning: 'Equal for runs that differ in the algorithm alone: same specimen, start and noise.',
    of: ({ record }) => pairKey(record.scenario),
  },
  {
    name: 'suite',
    type: 'text',
    meaning: 'Name of the suite.',
    of: ({ record }) => record.scenario.suite,
  },
  {
    name: 'algorithm',
    type: 'text',
    meaning: 'Name of the algorithm.',
    of: ({ record }) => record.scenario.algorithm.name,
  },
  {
    name: 'algorithmVersion',
    type: 'text',
    meaning: 'Its version.',
    of: ({ record }) => record.scenario.algorithm.version,
  },
  {
    name: 'parameters',
    type: 'json',
    meaning: 'Its parameters, all filled in.',
    of: ({ record }) => JSON.stringify(record.scenario.algorithm.parameters),
  },
  {
    name: 'modelSha256',
    type: 'text',
    meaning: 'SHA-256 of its network; empty for an algorithm without one.',
    of: ({ record }) => record.scenario.algorithm.modelSha256,
  },
  {
    name: 'sourceSha256',
    type: 'text',
    meaning: 'SHA-256 of its source; empty where it comes with semfocus.',
    of: ({ record }) => record.scenario.algorithm.sourceSha256,
  },
  {
    name: 'preset',
    type: 'text',
    meaning: 'Simulated instrument.',
    of: ({ record }) => record.scenario.preset,
  },
  {
    name: 'psf',
    type: 'text',
    meaning: 'Shape of the probe.',
    of: ({ record }) => record.scenario.psf,
  },
  {
    name: 'specimen',
    type: 'text',
    meaning: 'Name of the specimen.',
    of: ({ record }) => record.scenario.specimen.name,
  },
  {
    name: 'specimenFileSha256',
    type: 'text',
    meaning: 'SHA-256 of the image it was read from; empty for a specimen that is computed.',
    of: ({ record }) => record.scenario.specimen.file?.sha256,
  },
  {
    name: 'specimenSeed',
    type: 'whole',
    meaning: 'Seed of the specimen; empty where seeds are secret.',
    of: ({ record, seedName }) =>
      seedName === undefined ? record.scenario.specimen.seed : undefined,
  },
  {
    name: 'seed',
    type: 'whole',
    meaning: 'Seed of the suite; empty where it is secret.',
    of: ({ record, seedName }) => (seedName === undefined ? record.scenario.seed : undefined),
  },
  {
    name: 'seedBank',
    type: 'text',
    meaning: 'Public name of the secret that the seed is made of; empty where it is not secret.',
    of: ({ seedName }) => seedName,
  },
  {
    name: 'trajectory',
    type: 'whole',
    meaning: 'Index of the trajectory in its suite, from 0.',
    of: ({ record }) => record.scenario.trajectory,
  },
  {
    name: 'stratum',
    type: 'text',
    meaning: 'Class of starts; empty in suites with a single one.',
    of: ({ record }) => record.scenario.stratum,
  },
  {
    name: 'stageXUm',
    type: 'number',
    unit: 'um',
    meaning: 'Place on the specimen.',
    of: ({ record }) => record.scenario.stage.xUm,
  },
  {
    name: 'stageYUm',
    type: 'number',
    unit: 'um',
    meaning: 'Place on the specimen.',
    of: ({ record }) => record.scenario.stage.yUm,
  },
  {
    name: 'widthPx',
    type: 'whole',
    unit: 'px',
    meaning: 'Width of a frame.',
    of: ({ record }) => record.scenario.frame.width,
  },
  {
    name: 'heightPx',
    type: 'whole',
    unit: 'px',
    meaning: 'Height of a frame.',
    of: ({ record }) => record.scenario.frame.height,
  },
  {
    name: 'pixelSizeNm',
    type: 'number',
    unit: 'nm',
    meaning: 'Side of a pixel on the specimen.',
    of: ({ record }) => record.scenario.frame.pixelSizeNm,
  },
  {
    name: 'dwellTimeNs',
    type: 'number',
    unit: 'ns',
    meaning: 'Time that the beam stays on a pixel.',
    of: ({ record }) => record.scenario.frame.dwellTimeNs,
  },
  {
    name: 'calibration',
    type: 'json',
    meaning: 'What the algorithm was told of the instrument.',
    of: ({ record }) => JSON.stringify(record.scenario.calibration),
  },
  {
    name: 'calibrationSource',
    type: 'text',
    meaning: 'measured, nominal or given.',
    of: ({ record }) => record.scenario.calibrationSource,
  },
  {
    name: 'iterationsPlanned',
    type: 'whole',
    meaning: 'Budget of the run: it is ended after so many iterations.',
    of: ({ record }) => record.scenario.iterations,
  },
  {
    name: 'marginWorkingDistanceUm',
    type: 'number',
    unit: 'um',
    meaning: 'Margin within which the working distance has to end.',
    of: ({ record }) => record.scenario.margins.workingDistanceUm,
  },
  {
    name: 'marginStigmator',
    type: 'number',
    unit: 'stigmator unit',
    meaning: 'Margin within which each stigmator has to end.',
    of: ({ record }) => record.scenario.margins.stigmator,
  },
  {
    name: 'physicsVersion',
    type: 'text',
    meaning: 'Version of the simulator; results of different ones are not to be mixed.',
    of: ({ record }) => record.scenario.physicsVersion,
  },
];

/** How it ended. */
const ending: readonly RunColumn[] = [
  {
    name: 'outcome',
    type: 'text',
    meaning: `How it ended, judged against the hidden truth: ${outcomes.join(', ')}.`,
    of: ({ record }) => record.outcome,
  },
  {
    name: 'failureClass',
    type: 'text',
    meaning: `Why it is no success: ${failureClasses.join(', ')}; empty for a success, which a refusal where there is nothing to focus on is too.`,
    of: ({ record }) => record.failureClass,
  },
  {
    name: 'message',
    type: 'text',
    meaning: 'Text of the error that ended it, or why it declined; empty where neither.',
    of: ({ record }) => record.message,
  },
  {
    name: 'stopped',
    type: 'text',
    meaning: 'Why it was stopped, after which the start was restored; empty where it was not.',
    of: ({ last }) => last.stopped,
  },
  {
    name: 'declined',
    type: 'text',
    meaning: 'What the algorithm said in its last iteration where it saw nothing to focus on.',
    of: ({ last }) => last.declined,
  },
  ...focusColumns<RunRow>(
    'initial',
    (of) => `Start: set ${of} minus the true best focus, signed.`,
    ({ first }) => first.residual,
  ),
  {
    name: 'initialFocalErrorUm',
    type: 'number',
    unit: 'um',
    meaning:
      'Start in one number: defocus and both components of astigmatism as focal shift, hypot(z, a, b).',
    of: ({ record, first }) => focalErrorUm(record.scenario, first.residual),
  },
  ...focusColumns<RunRow>(
    'final',
    (of) => `Residual at the end: ${of} minus the true best focus, signed.`,
    ({ last }) => last.residual,
  ),
  {
    name: 'finalFocalErrorUm',
    type: 'number',
    unit: 'um',
    meaning: 'Residual at the end in one number, as initialFocalErrorUm.',
    of: ({ record, last }) => focalErrorUm(record.scenario, last.residual),
  },
  {
    name: 'insideMargins',
    type: 'flag',
    meaning: 'All three residuals within the margins at the end; never so where it was stopped.',
    of: ({ last }) => last.insideMargins,
  },
];

/** What it cost; sums from the start to the end, whatever the outcome. */
const costs: readonly RunColumn[] = [
  {
    name: 'iterations',
    type: 'whole',
    meaning: 'Iterations made, the last one perhaps not to its end.',
    of: ({ last }) => last.iteration,
  },
  {
    name: 'framesTotal',
    type: 'whole',
    meaning: 'Frames exposed.',
    of: ({ last }) => last.framesTotal,
  },
  {
    name: 'pixelsTotal',
    type: 'whole',
    unit: 'px',
    meaning: 'Pixels exposed.',
    of: ({ last }) => last.pixelsTotal,
  },
  {
    name: 'doseElectronsPerNm2Total',
    type: 'number',
    unit: 'e/nm2',
    meaning: 'Dose on the specimen, all frames together.',
    of: ({ last }) => last.doseElectronsPerNm2Total,
  },
  {
    name: 'beamOnTotalS',
    type: 'number',
    unit: 's',
    meaning: 'Time that the beam was on the specimen.',
    of: ({ last }) => last.beamOnTotalS,
  },
  {
    name: 'settleTotalS',
    type: 'number',
    unit: 's',
    meaning: 'Virtual time spent on waiting for lenses and stigmators.',
    of: ({ last }) => last.settleTotalS,
  },
  {
    name: 'microscopeTotalS',
    type: 'number',
    unit: 's',
    meaning: 'Virtual time of the microscope: frames, overheads and settling.',
    of: ({ last }) => last.microscopeTotalS,
  },
  {
    name: 'computeTotalMs',
    type: 'number',
    unit: 'ms',
    meaning: 'Computing time of the algorithm, sum over iterations. Differs from run to run.',
    of: ({ record }) => record.iterations.reduce((sum, { computeMs }) => sum + computeMs, 0),
  },
];

/** Where it got inside the margins for good. */
const toMargins: readonly RunColumn[] = [
  {
    name: 'marginsReached',
    type: 'flag',
    meaning:
      'It converged. Where false, the four columns that follow are empty: such runs are right-censored, not cheap.',
    of: ({ reached }) => reached !== undefined,
  },
  {
    name: 'iterationsToMargins',
    type: 'whole',
    meaning: 'First iteration from which it stayed inside the margins to its end.',
    of: ({ reached }) => reached?.iteration,
  },
  {
    name: 'framesToMargins',
    type: 'whole',
    meaning: 'Frames exposed by then.',
    of: ({ reached }) => reached?.framesTotal,
  },
  {
    name: 'doseToMarginsElectronsPerNm2',
    type: 'number',
    unit: 'e/nm2',
    meaning: 'Dose by then.',
    of: ({ reached }) => reached?.doseElectronsPerNm2Total,
  },
  {
    name: 'microscopeToMarginsS',
    type: 'number',
    unit: 's',
    meaning: 'Virtual time of the microscope by then.',
    of: ({ reached }) => reached?.microscopeTotalS,
  },
];

/** How sure one can be, and how sure the algorithm was. */
const certainty: readonly RunColumn[] = [
  ...focusColumns<RunRow>(
    'boundSd',
    (of) =>
      `Standard deviation of ${of} below which no unbiased estimate from one pair of frames comes; empty for algorithms that do not work on pairs.`,
    ({ record }) => record.pairBoundSd,
  ),
  ...focusColumns<RunRow>(
    'claimedSd',
    (of) =>
      `Standard deviation of ${of} that the algorithm claimed for its last correction; empty where it claimed none.`,
    ({ record }) => record.iterations.findLast((row) => row.correctionSd)?.correctionSd,
  ),
];

/** When and how it was computed; differs from run to run. */
const computation: readonly RunColumn[] = [
  {
    name: 'startedAt',
    type: 'text',
    meaning: 'When it began, ISO 8601, UTC.',
    of: ({ record }) => record.timing.startedAt,
  },
  {
    name: 'wallS',
    type: 'number',
    unit: 's',
    meaning: 'How long it took on the computer, simulation included.',
    of: ({ record }) => record.timing.wallS,
  },
  {
    name: 'workers',
    type: 'whole',
    meaning: 'Runs computed at once, which compete for the machine while timed.',
    of: ({ record }) => record.timing.workers,
  },
  {
    name: 'timingMode',
    type: 'text',
    meaning: 'serial: one at a time, warm, for the sake of the times; else parallel or empty.',
    of: ({ record }) => record.timing.mode,
  },
  {
    name: 'loadAverage',
    type: 'number',
    meaning: 'Load of the machine over the last minute; empty unless times were what mattered.',
    of: ({ record }) => record.timing.loadAverage,
  },
];

/** The table of runs: one row per trajectory. */
export const runColumns: readonly RunColumn[] = [
  ...identity,
  ...ending,
  ...costs,
  ...toMargins,
  ...certainty,
  ...computation,
];
