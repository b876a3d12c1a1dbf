import { setTimeout as wait } from 'node:timers/promises';
import type { AutofocusAlgorithm, AutofocusContext, AutofocusStep } from '../algorithm/index.ts';
import type { OpenedScenario } from '../experiment/suite/index.ts';
import { openSession, takeSteps } from '../focusing/index.ts';
import {
  addFocus,
  type Clock,
  type FocusChange,
  type FocusLimits,
  type FocusState,
  type Microscope,
  type MicroscopeDescription,
  subtractFocus,
} from '../microscope/index.ts';
import { RandomStream } from '../numeric/index.ts';
import type { Scenario } from '../record/index.ts';

/** What a run is made of. */
export interface Observed {
  readonly scenario: Scenario;
  /** In focus, at the scenario's place; closed when the run has ended. */
  readonly open: (scenario: Scenario) => Promise<OpenedScenario>;
  readonly algorithm: AutofocusAlgorithm;
  readonly clock: Clock;
  /** Longest time to wait for one iteration, ms. */
  readonly patienceMs: number;
}

/** The differences of this run from a plain one. */
export interface ObserveOptions {
  readonly iterations: number;
  /** In place of the scenario's. */
  readonly limits?: FocusLimits;
  /** Aborts while a frame is exposed, the n-th, from 1. */
  readonly abortAtFrame?: number;
  /** Changes what the algorithm is handed. */
  readonly change?: (context: AutofocusContext) => AutofocusContext;
}

/** One iteration as it was seen from outside. */
export interface SeenStep {
  readonly step: AutofocusStep;
  /** The instrument's own reading after the iteration. */
  readonly focus: FocusState;
  readonly framesExposed: number;
  readonly elapsedMs: number;
}

/** A run as it was seen from outside. */
export interface Observation {
  readonly steps: readonly SeenStep[];
  readonly start: FocusState;
  /**
   * How it ended: after all iterations asked for, by itself before, by an error, or not in time:
   * `late` in an iteration, `clinging` when it was told that no more are wanted.
   */
  readonly end: 'enough' | 'itself' | 'error' | 'late' | 'clinging';
  readonly error?: unknown;
  /** Asked for after the abort without the signal. */
  readonly afterAbort: readonly string[];
  /** From the abort, or from the last iteration asked for, until it was over. */
  readonly endedAfterMs: number;
  /** Where the guard left the microscope. */
  readonly restored: FocusState;
  readonly description: MicroscopeDescription;
  /** Distance from best focus at the start and after the last iteration. */
  readonly residuals: { readonly before: FocusChange; readonly after: FocusChange };
}

/** Runs an algorithm on a simulated microscope of its own and notes everything about it. */
export async function observe(observed: Observed, options: ObserveOptions): Promise<Observation> {
  const { scenario, open, algorithm, clock, patienceMs } = observed;
  const { iterations, limits = scenario.limits, abortAtFrame, change = (given) => given } = options;
  const { microscope: instrument, truth } = await open(scenario);
  try {
    const start = await instrument.writeFocus(addFocus(truth.bestFocus(), scenario.start));
    const before = subtractFocus(start, truth.bestFocus());
    const abort = new AbortController();
    const session = await openSession(instrument, { limits });
    const { description, log, restore } = session;
    const afterAbort: string[] = [];
    let abortedMs: number | undefined;
    let frames = 0;
    const watched = notingCalls(session.microscope, (name, signal) => {
      if (name === 'acquireFrame' && ++frames === abortAtFrame) {
        abortedMs = clock.nowMs();
        abort.abort(new DOMException('aborted by the check', 'AbortError'));
      } else if (abortedMs !== undefined && signal?.aborted !== true) {
        afterAbort.push(name);
      }
    });
    const context = change({
      microscope: watched,
      frame: Object.freeze({ ...scenario.frame }),
      calibration: deepFrozen(structuredClone(scenario.calibration)),
      random: new RandomStream(scenario.seed, 'algorithm', 0),
      signal: abort.signal,
      clock,
    });
    const steps: SeenStep[] = [];
    let error: unknown;
    let after = before;
    let exposed = log.frames;
    let lastMs = clock.nowMs();
    // Only the algorithm is told of the abort: its end is the object of the check.
    const { name, version, parameters } = algorithm;
    const runs = { name, version, parameters, run: () => algorithm.run(context) };
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), patienceMs);
    try {
      const taken = takeSteps(runs, { ...context, signal: patience.signal }, iterations);
      for await (const step of taken) {
        const focus = await instrument.readFocus();
        after = subtractFocus(focus, truth.bestFocus());
        steps.push({
          step,
          focus,
          framesExposed: log.frames - exposed,
          elapsedMs: clock.nowMs() - lastMs,
        });
        exposed = log.frames;
        lastMs = clock.nowMs();
        timer.refresh();
      }
    } catch (thrown) {
      error = thrown;
    } finally {
      clearTimeout(timer);
    }
    const isEnough = steps.length === iterations;
    const isLate = patience.signal.aborted;
    const ending = isEnough ? 'enough' : 'itself';
    const lateness = isEnough ? 'clinging' : 'late';
    const end = isLate ? lateness : error === undefined ? ending : 'error';
    const endedAfterMs = clock.nowMs() - (abortedMs ?? lastMs);
    if (isLate) abort.abort(new DOMException('the check waits no longer', 'AbortError'));
    await restore();
    // An algorithm that has not noticed its end has time to show it.
    await wait(20);
    return {
      steps,
      start,
      end,
      ...(end === 'error' && { error }),
      afterAbort,
      endedAfterMs,
      restored: await instrument.readFocus(),
      description,
      residuals: { before, after },
    };
  } finally {
    await instrument.close();
  }
}

/** Tells of every call before it is made, with the signal that it was handed. */
function notingCalls(
  inner: Microscope,
  note: (name: string, signal: AbortSignal | undefined) => void,
): Microscope {
  return {
    describe: () => inner.describe(),
    readFocus: (options) => {
      note('readFocus', options?.signal);
      return inner.readFocus(options);
    },
    writeFocus: (target, options) => {
      note('writeFocus', options?.signal);
      return inner.writeFocus(target, options);
    },
    acquireFrame: (request, options) => {
      note('acquireFrame', options?.signal);
      return inner.acquireFrame(request, options);
    },
    readStage: (options) => {
      note('readStage', options?.signal);
      return inner.readStage(options);
    },
    moveStage: (position, options) => {
      note('moveStage', options?.signal);
      return inner.moveStage(position, options);
    },
    blankBeam: (blanked, options) => {
      note('blankBeam', options?.signal);
      return inner.blankBeam(blanked, options);
    },
    close: () => inner.close(),
  };
}

function deepFrozen<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFrozen(inner);
  }
  return Object.freeze(value);
}
