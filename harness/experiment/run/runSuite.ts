import type {
  IterationRow,
  Scenario,
  TrajectoryOutcome,
  TrajectoryRecord,
} from '../../record/index.ts';
import type { RecordStore } from '../store/index.ts';
import type { Plan } from '../suite/index.ts';
import { PlaceQueue, type Planned, placesOf } from './PlaceQueue.ts';
import { timedOut } from './timedOut.ts';

/**
 * Runs one trajectory, here or in a worker: what goes in and what comes out can be cloned.
 * Rejects with `signal.reason` when aborted.
 */
export type RunOne = (
  scenario: Scenario,
  signal: AbortSignal,
  onStep: (row: IterationRow) => void,
) => Promise<TrajectoryOutcome>;

/** The events of a run, for a display of its progress. */
export type RunEvent =
  | {
      readonly type: 'planned';
      readonly trajectories: number;
      /** Pixels that are still to be exposed; the measure of progress. */
      readonly pixelsToDo: number;
    }
  | { readonly type: 'resumed'; readonly stored: number; readonly trajectories: number }
  | { readonly type: 'trajectory-start'; readonly index: number; readonly scenario: Scenario }
  | {
      readonly type: 'step';
      readonly index: number;
      readonly scenario: Scenario;
      readonly row: IterationRow;
    }
  | {
      readonly type: 'trajectory-end';
      readonly index: number;
      readonly record: TrajectoryRecord;
      /** What the plan had reckoned for it. */
      readonly expectedPixels: number;
      readonly stored: number;
      readonly trajectories: number;
    }
  | { readonly type: 'warning'; readonly message: string };

/** Options of {@link runSuite}. */
export interface RunSuiteOptions {
  /** Trajectories at once, at least 1. */
  readonly concurrency: number;
  /** Aborted: no trajectory begins, running ones are cancelled, stored records stay. */
  readonly signal: AbortSignal;
  /** A trajectory that takes longer is stopped and recorded as failed. No limit if left out. */
  readonly timeout?: { readonly afterS: number; readonly now: () => Date };
  /**
   * Where times are what matters: the algorithms take turns, and how busy the machine is stands in
   * every record, asked as its trajectory ends.
   */
  readonly serial?: { readonly loadAverage: () => number };
  /** Where the specimen has to be moved: places in their order, not the longest first. */
  readonly placeByPlace?: boolean;
  readonly onEvent?: (event: RunEvent) => void;
}

/** How a run ended. An interrupted one goes on where it was when it is run again. */
export interface RunSuiteResult {
  readonly status: 'complete' | 'interrupted';
  /** Trajectories with a record, of `trajectories` in the plan. */
  readonly stored: number;
  readonly trajectories: number;
}

/**
 * Runs every trajectory of a plan that has no record yet, those of one place together, and stores each as it
 * ends. Which one ends first changes nothing in `records.jsonl`.
 *
 * @throws what `runOne` rejects with for reasons other than the abort, when the trajectories that
 *   were running have ended; what the store throws when it cannot write, at once.
 */
export async function runSuite(
  plan: Plan,
  store: RecordStore,
  runOne: RunOne,
  options: RunSuiteOptions,
): Promise<RunSuiteResult> {
  const { concurrency, signal, timeout, serial, placeByPlace = serial !== undefined } = options;
  const { onEvent = () => {} } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(
      `concurrency must be a whole number of at least 1. Received ${concurrency}`,
    );
  }
  const trajectories = plan.keys.length;
  const toDo = planned(plan).filter(({ key }) => !store.has(key));
  const workers = Math.min(concurrency, toDo.length);
  const pixelsToDo = toDo.reduce((sum, { expectedPixels }) => sum + expectedPixels, 0);
  onEvent({ type: 'planned', trajectories, pixelsToDo });
  if (store.size > 0) onEvent({ type: 'resumed', stored: store.size, trajectories });

  const stopAll = new AbortController();
  const runSignal = AbortSignal.any([signal, stopAll.signal]);
  const failures: unknown[] = [];

  const run = async ({ index, scenario, expectedPixels }: Planned): Promise<void> => {
    onEvent({ type: 'trajectory-start', index, scenario });
    let outcome: TrajectoryOutcome;
    try {
      outcome = await runInTime(runOne, scenario, {
        signal: runSignal,
        timeout,
        onStep: (row) => onEvent({ type: 'step', index, scenario, row }),
      });
    } catch (error) {
      if (!runSignal.aborted) failures.push(error);
      return;
    }
    try {
      const how = serial
        ? { mode: 'serial' as const, loadAverage: serial.loadAverage() }
        : { mode: 'parallel' as const };
      const timing = { ...outcome.record.timing, workers, ...how };
      const record = await store.append({ ...outcome, record: { ...outcome.record, timing } });
      const stored = store.size;
      onEvent({ type: 'trajectory-end', index, record, expectedPixels, stored, trajectories });
      if (record.outcome === 'failed') onEvent({ type: 'warning', message: failureText(record) });
    } catch (error) {
      // Without a place to keep results, going on is of no use.
      failures.push(error);
      stopAll.abort(error);
    }
  };
  const queue = new PlaceQueue(placesOf(toDo, placeByPlace));
  const lane = async (): Promise<void> => {
    let place: Planned[] = [];
    while (!signal.aborted && failures.length === 0) {
      place = queue.next(place);
      const next = place.shift();
      if (next === undefined) return;
      await run(next);
    }
  };
  await Promise.all(Array.from({ length: workers }, lane));

  if (failures.length > 0) throw failures[0];
  const stored = store.size;
  if (stored < trajectories) return { status: 'interrupted', stored, trajectories };
  await store.finish();
  return { status: 'complete', stored, trajectories };
}

/**
 * Runs a trajectory, and makes a record of one that takes too long. Its time begins with its first row: before that
 * the specimen is drawn, which is none of its doing.
 */
async function runInTime(
  runOne: RunOne,
  scenario: Scenario,
  {
    signal,
    timeout,
    onStep,
  }: {
    readonly signal: AbortSignal;
    readonly timeout: RunSuiteOptions['timeout'];
    readonly onStep: (row: IterationRow) => void;
  },
): Promise<TrajectoryOutcome> {
  if (timeout === undefined) return runOne(scenario, signal, onStep);
  const startedAt = timeout.now().toISOString();
  const late = new AbortController();
  const rows: IterationRow[] = [];
  try {
    return await runOne(scenario, AbortSignal.any([signal, late.signal]), (row) => {
      if (rows.length === 0) {
        const limit = AbortSignal.timeout(timeout.afterS * 1e3);
        limit.addEventListener('abort', () => late.abort(limit.reason));
      }
      rows.push(row);
      onStep(row);
    });
  } catch (error) {
    const [start, ...others] = rows;
    if (signal.aborted || !late.signal.aborted || start === undefined) throw error;
    const timing = { startedAt, wallS: timeout.afterS };
    return { record: timedOut(scenario, [start, ...others], timing) };
  }
}

function planned({ scenarios, keys, expected }: Plan): Planned[] {
  return scenarios.map((scenario, index) => ({
    index,
    key: keys[index] ?? '',
    scenario,
    expectedPixels: expected[index]?.pixels ?? 0,
  }));
}

function failureText({ scenario, message }: TrajectoryRecord): string {
  const { algorithm, trajectory, frame } = scenario;
  return `${algorithm.name} at ${frame.dwellTimeNs} ns, trajectory ${trajectory}, failed: ${message}`;
}
