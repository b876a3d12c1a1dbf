import { subtractFocus } from '../../harness/microscope/index.ts';
import { failureClasses, focalErrorUm, outcomes, pairKey } from '../../harness/record/index.ts';
import { type Column, columnsOf } from './Column.ts';
import { focusColumns } from './focusColumns.ts';
import type { RunRow } from './RunRow.ts';

type RunColumn = Column<RunRow>;
const { text, json, whole, number, flag } = columnsOf<RunRow>();

/** Which trajectory it is: everything that determines it. */
const identity: readonly RunColumn[] = [
  text(
    'key',
    'SHA-256 of everything that determines the run; the table of iterations has it too.',
    ({ record }) => record.key,
  ),
  text(
    'pairKey',
    'Equal for runs that differ in the algorithm alone: same specimen, start and noise.',
    ({ scenario }) => pairKey(scenario),
  ),
  text('suite', 'Name of the suite.', ({ scenario }) => scenario.suite),
  text('algorithm', 'Name of the algorithm.', ({ scenario }) => scenario.algorithm.name),
  text('algorithmVersion', 'Its version.', ({ scenario }) => scenario.algorithm.version),
  json('parameters', 'Its parameters, all filled in.', ({ scenario }) =>
    JSON.stringify(scenario.algorithm.parameters),
  ),
  text(
    'modelSha256',
    'SHA-256 of its network; empty for an algorithm without one.',
    ({ scenario }) => scenario.algorithm.modelSha256,
  ),
  text(
    'sourceSha256',
    'SHA-256 of its source; empty where it comes with semfocus.',
    ({ scenario }) => scenario.algorithm.sourceSha256,
  ),
  text(
    'preset',
    'Simulated instrument; what an instrument without truth calls itself.',
    ({ scenario }) => scenario.preset,
  ),
  text(
    'reference',
    'On an instrument: method whose focus before and after the run its residuals are measured from; empty in simulation, where the truth is known.',
    ({ scenario }) => scenario.instrument?.reference.algorithm.name,
  ),
  text('psf', 'Shape of the probe.', ({ scenario }) => scenario.psf),
  text('specimen', 'Name of the specimen.', ({ scenario }) => scenario.specimen.name),
  text(
    'specimenFileSha256',
    'SHA-256 of the image it was read from; empty for a specimen that is computed.',
    ({ scenario }) => scenario.specimen.file?.sha256,
  ),
  whole(
    'specimenSeed',
    'Seed of the specimen; empty where seeds are secret.',
    ({ scenario, seedName }) => (seedName === undefined ? scenario.specimen.seed : undefined),
  ),
  whole('seed', 'Seed of the suite; empty where it is secret.', ({ scenario, seedName }) =>
    seedName === undefined ? scenario.seed : undefined,
  ),
  text(
    'seedBank',
    'Public name of the secret that the seed is made of; empty where it is not secret.',
    ({ seedName }) => seedName,
  ),
  whole(
    'trajectory',
    'Index of the trajectory in its suite, from 0.',
    ({ scenario }) => scenario.trajectory,
  ),
  text(
    'stratum',
    'Class of starts; empty in suites with a single one.',
    ({ scenario }) => scenario.stratum,
  ),
  number('stageXUm', 'Place on the specimen.', ({ scenario }) => scenario.stage.xUm),
  number('stageYUm', 'Place on the specimen.', ({ scenario }) => scenario.stage.yUm),
  whole('widthPx', 'Width of a frame.', ({ scenario }) => scenario.frame.width),
  whole('heightPx', 'Height of a frame.', ({ scenario }) => scenario.frame.height),
  number(
    'pixelSizeNm',
    'Side of a pixel on the specimen.',
    ({ scenario }) => scenario.frame.pixelSizeNm,
  ),
  number(
    'dwellTimeNs',
    'Time that the beam stays on a pixel.',
    ({ scenario }) => scenario.frame.dwellTimeNs,
  ),
  json('calibration', 'What the algorithm was told of the instrument.', ({ scenario }) =>
    JSON.stringify(scenario.calibration),
  ),
  text(
    'calibrationSource',
    'measured, nominal or given.',
    ({ scenario }) => scenario.calibrationSource,
  ),
  whole(
    'iterationsPlanned',
    'Budget of the run: it is ended after so many iterations.',
    ({ scenario }) => scenario.iterations,
  ),
  number(
    'marginWorkingDistanceUm',
    'Margin within which the working distance has to end.',
    ({ scenario }) => scenario.margins.workingDistanceUm,
  ),
  number(
    'marginStigmator',
    'Margin within which each stigmator has to end.',
    ({ scenario }) => scenario.margins.stigmator,
  ),
  text(
    'physicsVersion',
    'Version of the simulator; results of different ones are not to be mixed.',
    ({ scenario }) => scenario.physicsVersion,
  ),
];

/** How it ended. */
const ending: readonly RunColumn[] = [
  text(
    'outcome',
    `How it ended, judged against the hidden truth, or the reference: ${outcomes.join(', ')}.`,
    ({ record }) => record.outcome,
  ),
  text(
    'failureClass',
    `Why it is no success: ${failureClasses.join(', ')}; empty for a success, which a refusal where there is nothing to focus on is too.`,
    ({ record }) => record.failureClass,
  ),
  text(
    'message',
    'Text of the error that ended it, or why it declined; empty where neither.',
    ({ record }) => record.message,
  ),
  text(
    'stopped',
    'Why it was stopped, after which the start was restored; empty where it was not.',
    ({ last }) => last.stopped,
  ),
  text(
    'declined',
    'What the algorithm said in its last iteration where it saw nothing to focus on.',
    ({ last }) => last.declined,
  ),
  ...focusColumns<RunRow>(
    'initial',
    (of) => `Start: set ${of} minus the true best focus, or the reference, signed.`,
    ({ first }) => first.residual,
  ),
  number(
    'initialFocalErrorUm',
    'Start in one number: defocus and both components of astigmatism as focal shift, hypot(z, a, b).',
    ({ scenario, first }) => focalErrorUm(scenario, first.residual),
  ),
  ...focusColumns<RunRow>(
    'final',
    (of) => `Residual at the end: ${of} minus the true best focus, or the reference, signed.`,
    ({ last }) => last.residual,
  ),
  number(
    'finalFocalErrorUm',
    'Residual at the end in one number, as initialFocalErrorUm.',
    ({ scenario, last }) => focalErrorUm(scenario, last.residual),
  ),
  flag(
    'insideMargins',
    'All three residuals within the margins at the end; never so where it was stopped.',
    ({ last }) => last.insideMargins,
  ),
];

/** Costs: sums from the start to the end, for every outcome. */
const costs: readonly RunColumn[] = [
  whole(
    'iterations',
    'Iterations made, the last one perhaps not to its end.',
    ({ last }) => last.iteration,
  ),
  whole('framesTotal', 'Frames exposed.', ({ last }) => last.framesTotal),
  whole('pixelsTotal', 'Pixels exposed.', ({ last }) => last.pixelsTotal),
  number(
    'doseElectronsPerNm2Total',
    'Dose of the place that has received most, all frames together.',
    ({ last }) => last.doseElectronsPerNm2Total,
  ),
  number(
    'electronsTotal',
    'Electrons on the specimen, wherever they hit it.',
    ({ last }) => last.electronsTotal,
  ),
  number(
    'beamOnTotalS',
    'Time that the beam was on the specimen.',
    ({ last }) => last.beamOnTotalS,
  ),
  number(
    'settleTotalS',
    'Virtual time spent on waiting for lenses and stigmators.',
    ({ last }) => last.settleTotalS,
  ),
  number(
    'microscopeTotalS',
    'Virtual time of the microscope: frames, overheads and settling.',
    ({ last }) => last.microscopeTotalS,
  ),
  number(
    'computeTotalMs',
    'Computing time of the algorithm, sum over iterations. Differs from run to run.',
    ({ record }) => record.iterations.reduce((sum, { computeMs }) => sum + computeMs, 0),
  ),
];

/** Where it got inside the margins for good. */
const toMargins: readonly RunColumn[] = [
  flag(
    'marginsReached',
    'It converged. Where false, the four columns that follow are empty: such runs are right-censored, not cheap.',
    ({ reached }) => reached !== undefined,
  ),
  whole(
    'iterationsToMargins',
    'First iteration from which it stayed inside the margins to its end.',
    ({ reached }) => reached?.iteration,
  ),
  whole('framesToMargins', 'Frames exposed by then.', ({ reached }) => reached?.framesTotal),
  number(
    'doseToMarginsElectronsPerNm2',
    'Dose by then.',
    ({ reached }) => reached?.doseElectronsPerNm2Total,
  ),
  number(
    'microscopeToMarginsS',
    'Virtual time of the microscope by then.',
    ({ reached }) => reached?.microscopeTotalS,
  ),
];

/** How sure one can be, and how sure the algorithm was. */
const certainty: readonly RunColumn[] = [
  ...focusColumns<RunRow>(
    'referenceSd',
    (of) =>
      `Standard deviation of the reference for ${of}: half of its drift, and what the method is unsure of; empty in simulation.`,
    ({ record }) => record.reference?.sd,
  ),
  ...focusColumns<RunRow>(
    'referenceDrift',
    (of) => `Reference for ${of} after the run minus that before it, signed; empty in simulation.`,
    ({ record: { reference } }) => reference && subtractFocus(reference.after, reference.before),
  ),
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
  text('startedAt', 'When it began, ISO 8601, UTC.', ({ record: { timing } }) => timing.startedAt),
  number(
    'wallS',
    'How long it took on the computer, simulation included.',
    ({ record: { timing } }) => timing.wallS,
  ),
  whole(
    'workers',
    'Runs computed at once, which compete for the machine while timed.',
    ({ record: { timing } }) => timing.workers,
  ),
  text(
    'timingMode',
    'serial: one at a time, warm, for the sake of the times; else parallel or empty.',
    ({ record: { timing } }) => timing.mode,
  ),
  number(
    'loadAverage',
    'Load of the machine over the last minute; empty unless times were what mattered.',
    ({ record: { timing } }) => timing.loadAverage,
  ),
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
