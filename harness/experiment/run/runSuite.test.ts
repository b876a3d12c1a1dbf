import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AutofocusContext } from '../../algorithm/index.ts';
import type { TrajectoryRecord } from '../../record/index.ts';
import { RecordStore } from '../store/index.ts';
import { readRecords } from '../store/layout/index.ts';
import { type Plan, planSuite } from '../suite/index.ts';
import { fakeRegistry, halve } from '../testing/fakeRegistry.ts';
import { fakeSuite } from '../testing/fakeSuite.ts';
import { testServices } from '../testing/testServices.ts';
import { type RunEvent, type RunOne, type RunSuiteResult, runSuite } from './runSuite.ts';
import { runTrajectory } from './runTrajectory.ts';

const registry = fakeRegistry({
  slow: (context: AutofocusContext) => halve(context, 0.3),
  broken: () => {
    throw new Error('out of order');
  },
});
const plan = planSuite(
  fakeSuite({
    algorithms: [
      { name: 'halving', iterations: 4, dwellTimesNs: [200, 50] },
      { name: 'slow', iterations: 9, dwellTimesNs: [200] },
    ],
  }),
  registry,
);
const never = new AbortController().signal;

let folders: string[];
beforeEach(() => {
  folders = [];
});
afterEach(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'semfocus-run-'));
  folders.push(folder);
  return folder;
}

/** In this process, with what goes in and out cloned as a worker thread would. */
const runHere: RunOne = async (scenario, signal, onStep) =>
  structuredClone(
    await runTrajectory(
      structuredClone(scenario),
      registry,
      testServices({ signal, onStep: (row) => onStep(structuredClone(row)), previews: true }),
    ),
  );

interface Run {
  readonly result: RunSuiteResult;
  readonly events: readonly RunEvent[];
}

async function runInto(
  folder: string,
  {
    of = plan,
    runOne = runHere,
    concurrency = 1,
    signal = never,
    onEvent = () => {},
  }: {
    of?: Plan;
    runOne?: RunOne;
    concurrency?: number;
    signal?: AbortSignal;
    onEvent?: (event: RunEvent) => void;
  } = {},
): Promise<Run> {
  const store = await RecordStore.open(folder, of);
  const events: RunEvent[] = [];
  try {
    const options = {
      concurrency,
      signal,
      onEvent: (event: RunEvent) => {
        events.push(event);
        onEvent(event);
      },
    };
    return { result: await runSuite(of, store, runOne, options), events };
  } finally {
    await store.close();
  }
}

/** The records without what differs from run to run. */
async function comparable(folder: string): Promise<unknown[]> {
  const text = await readFile(join(folder, 'records.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const {
        timing: _,
        sha256: _sum,
        ...record
      } = JSON.parse(line) as TrajectoryRecord & {
        readonly sha256: string;
      };
      const iterations = record.iterations.map(({ computeMs: _ms, ...row }) => row);
      return { ...record, iterations };
    });
}

function ended(events: readonly RunEvent[]): number[] {
  return events.flatMap((event) => (event.type === 'trajectory-end' ? [event.index] : []));
}

describe('a run', () => {
  it('notes in every record how many ran at once', async () => {
    const folder = await newFolder();
    await runInto(folder, { concurrency: 2 });
    const { records } = await readRecords(folder);
    expect(new Set(records.map(({ timing }) => timing.workers))).toEqual(new Set([2]));
  });

  it('stores the same records whatever ran first and however many at once', async () => {
    const [once, again, parallel] = [await newFolder(), await newFolder(), await newFolder()];
    await runInto(once);
    await runInto(again);
    // The later a trajectory began, the sooner it ends.
    let delay = 40;
    await runInto(parallel, {
      concurrency: 2,
      runOne: async (...args) => {
        delay -= 4;
        const [outcome] = await Promise.all([
          runHere(...args),
          new Promise((resolve) => setTimeout(resolve, delay)),
        ]);
        return outcome;
      },
    });
    const records = await comparable(once);
    expect(records).toHaveLength(9);
    expect(await comparable(again)).toEqual(records);
    expect(await comparable(parallel)).toEqual(records);
    expect((await readRecords(once)).records.map(({ key }) => key)).toEqual(plan.keys);
  });

  it('stays at a place until it is done with it, the longest first', async () => {
    const { events } = await runInto(await newFolder());
    const begun = events.flatMap((event) =>
      event.type === 'trajectory-start' ? [event.index] : [],
    );
    expect(begun).toEqual([6, 0, 3, 7, 1, 4, 8, 2, 5]);
  });

  it('never runs more at once than allowed, nor fewer', async () => {
    let now = 0;
    let most = 0;
    await runInto(await newFolder(), {
      concurrency: 3,
      runOne: async (...args) => {
        most = Math.max(most, ++now);
        const outcome = await runHere(...args);
        now--;
        return outcome;
      },
    });
    expect(most).toBe(3);
  });

  it('tells what it plans, every step and every end', async () => {
    const { events, result } = await runInto(await newFolder());
    expect(events[0]).toEqual({
      type: 'planned',
      trajectories: 9,
      pixelsToDo: (6 * 4 + 3 * 9) * 64 * 64,
    });
    expect(events.filter(({ type }) => type === 'step')).toHaveLength(6 * 5 + 3 * 10);
    const last = events.at(-1);
    expect(last).toMatchObject({ type: 'trajectory-end', stored: 9, trajectories: 9 });
    expect(result).toEqual({ status: 'complete', stored: 9, trajectories: 9 });
  });

  it('warns of a failed trajectory and goes on', async () => {
    const algorithms = [
      { name: 'broken', iterations: 9, dwellTimesNs: [50] },
      { name: 'halving', iterations: 2, dwellTimesNs: [50] },
    ];
    const of = planSuite(fakeSuite({ algorithms }), registry);
    const { events, result } = await runInto(await newFolder(), { of });
    expect(result.status).toBe('complete');
    expect(events.filter(({ type }) => type === 'warning')).toEqual(
      [0, 1, 2].map((trajectory) => ({
        type: 'warning',
        message: `broken at 50 ns, trajectory ${trajectory}, failed: out of order`,
      })),
    );
  });
});

describe('an interrupted run', () => {
  it('cancels what is running, begins nothing new, and goes on later with what is missing', async () => {
    const whole = await newFolder();
    await runInto(whole);

    const folder = await newFolder();
    const controller = new AbortController();
    const first = await runInto(folder, {
      concurrency: 2,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'trajectory-end' && event.stored === 4) controller.abort();
      },
    });
    expect(first.result.status).toBe('interrupted');
    const stored = ended(first.events);
    expect(first.result.stored).toBe(stored.length);
    expect(stored.length).toBeLessThan(9);
    expect((await readRecords(folder)).records).toHaveLength(stored.length);

    const second = await runInto(folder);
    expect(second.events).toContainEqual({
      type: 'resumed',
      stored: stored.length,
      trajectories: 9,
    });
    expect([...stored, ...ended(second.events)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(second.result.status).toBe('complete');
    expect(await comparable(folder)).toEqual(await comparable(whole));
  });

  it('passes the signal to every trajectory', async () => {
    const controller = new AbortController();
    const seen: AbortSignal[] = [];
    await runInto(await newFolder(), {
      concurrency: 2,
      signal: controller.signal,
      runOne: (_, signal) => {
        seen.push(signal);
        if (seen.length === 2) setImmediate(() => controller.abort());
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
    });
    expect(seen.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('that was complete has nothing left to do', async () => {
    const folder = await newFolder();
    await runInto(folder);
    const runOne: RunOne = () => Promise.reject(new Error('was run again'));
    const { result, events } = await runInto(folder, { runOne });
    expect(result.status).toBe('complete');
    expect(events.map(({ type }) => type)).toEqual(['planned', 'resumed']);
  });
});

describe('a run that cannot go on', () => {
  it('because a trajectory cannot be run keeps those that can, and throws', async () => {
    const folder = await newFolder();
    const crash = new Error('worker crashed');
    let runs = 0;
    const runOne: RunOne = (...args) => (++runs === 3 ? Promise.reject(crash) : runHere(...args));
    await expect(runInto(folder, { runOne, concurrency: 2 })).rejects.toBe(crash);
    const { records } = await readRecords(folder);
    expect(records.length).toBeGreaterThanOrEqual(2);
    expect((await runInto(folder)).result.status).toBe('complete');
  });

  it('because results cannot be kept cancels the rest, and throws', async () => {
    const folder = await newFolder();
    const store = await RecordStore.open(folder, plan);
    const full = new Error('disk full');
    let cancelled = false;
    store.append = () => Promise.reject(full);
    const runOne: RunOne = (scenario, signal, onStep) =>
      scenario.trajectory === 0
        ? runHere(scenario, signal, onStep)
        : new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              cancelled = true;
              reject(signal.reason);
            });
          });
    const running = runSuite(plan, store, runOne, { concurrency: 2, signal: never });
    await expect(running).rejects.toBe(full);
    expect(cancelled).toBe(true);
    await store.close();
  });

  it('because another process runs into the same folder is refused', async () => {
    const folder = await newFolder();
    const store = await RecordStore.open(folder, plan);
    await expect(runInto(folder)).rejects.toThrow(/is writing into/);
    await store.close();
  });

  it('without a lane to run in is refused', async () => {
    await expect(runInto(await newFolder(), { concurrency: 0 })).rejects.toThrow(
      'concurrency must be a whole number of at least 1. Received 0',
    );
  });
});

describe('a trajectory that takes too long', () => {
  /** One per trajectory, in the order in which they begin; the stuck one is the longest. */
  const limits: AbortController[] = [];
  const stuck = fakeRegistry({
    stuck: async function* (context: AutofocusContext) {
      let taken = 0;
      for await (const step of halve(context, 0.3)) {
        if (taken++ === 2) {
          limits[0]?.abort(new DOMException('too late', 'TimeoutError'));
          await new Promise(() => {});
        }
        yield step;
      }
    },
  });
  const both = planSuite(
    fakeSuite({
      trajectories: { ...fakeSuite().trajectories, count: 1 },
      algorithms: [
        { name: 'stuck', iterations: 9, dwellTimesNs: [200] },
        { name: 'halving', iterations: 8, dwellTimesNs: [200] },
      ],
    }),
    stuck,
  );

  it('is recorded with what it came to, and the others go on', async () => {
    const folder = await newFolder();
    const store = await RecordStore.open(folder, both);
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const limit = new AbortController();
      limits.push(limit);
      return limit.signal;
    });
    const result = await runSuite(
      both,
      store,
      (scenario, signal, onStep) =>
        runTrajectory(scenario, stuck, testServices({ signal, onStep })),
      {
        concurrency: 2,
        signal: never,
        timeout: { afterS: 1.5, now: () => new Date('2024-02-29T12:00:00Z') },
      },
    );
    timeout.mockRestore();
    await store.close();
    expect(result.status).toBe('complete');
    const { records } = await readRecords(folder);
    expect(
      records.map(({ scenario, failureClass }) => [scenario.algorithm.name, failureClass]),
    ).toEqual([
      ['stuck', 'timeout'],
      ['halving', undefined],
    ]);
    const [late] = records;
    expect(late?.iterations).toHaveLength(4);
    expect(late?.iterations.at(-1)).toMatchObject({
      iteration: 3,
      residual: late?.iterations[0]?.residual,
      insideMargins: false,
      stopped: 'took longer than 2 s and was stopped',
    });
    expect(late?.timing).toMatchObject({ startedAt: '2024-02-29T12:00:00.000Z', mode: 'parallel' });
  });
});

describe('the time of a trajectory', () => {
  it('begins with its first row, not while its specimen is drawn', async () => {
    const registry = fakeRegistry();
    const suite = fakeSuite({ trajectories: { ...fakeSuite().trajectories, count: 2 } });
    const plan = planSuite(suite, registry);
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    const begun: number[] = [];
    const store = await RecordStore.open(await newFolder(), plan);
    await runSuite(
      plan,
      store,
      (scenario, signal, onStep) => {
        begun.push(timeout.mock.calls.length);
        return runTrajectory(scenario, registry, testServices({ signal, onStep }));
      },
      { concurrency: 1, signal: never, timeout: { afterS: 60, now: () => new Date() } },
    );
    timeout.mockRestore();
    await store.close();
    expect(begun).toEqual(plan.scenarios.map((_, i) => i));
  });
});

describe('a run for times', () => {
  it('lets the algorithms take turns, and says how busy the machine was', async () => {
    const folder = await newFolder();
    const store = await RecordStore.open(folder, plan);
    const order: string[] = [];
    await runSuite(plan, store, runHere, {
      concurrency: 1,
      signal: never,
      serial: { loadAverage: () => 0.25 },
      onEvent: (event) => {
        if (event.type !== 'trajectory-start') return;
        const { algorithm, frame, trajectory } = event.scenario;
        order.push(`${trajectory} ${algorithm.name} ${frame.dwellTimeNs}`);
      },
    });
    await store.close();
    expect(order).toEqual(
      [0, 1, 2].flatMap((trajectory) =>
        ['halving 200', 'halving 50', 'slow 200'].map((one) => `${trajectory} ${one}`),
      ),
    );
    const { records } = await readRecords(folder);
    for (const { timing } of records) {
      expect(timing).toMatchObject({ mode: 'serial', loadAverage: 0.25, workers: 1 });
    }
  });
});
