import { describe, expect, it } from 'vitest';
import type {
  AlgorithmEntry,
  AutofocusContext,
  AutofocusStep,
  CorrectionEstimate,
  PairEstimator,
} from '../algorithm/index.ts';
import type { OpenedScenario, Registry } from '../experiment/suite/index.ts';
import { fakeRegistry, halve } from '../experiment/testing/fakeRegistry.ts';
import { aberrationOfDeviation, ConfigError } from '../microscope/index.ts';
import { type CheckResult, checkNames } from './CheckResult.ts';
import { checkAlgorithm } from './checkAlgorithm.ts';

type Run = (context: AutofocusContext) => AsyncIterable<AutofocusStep>;

/** A fake microscope whose frames over `blank` show nothing, in place of the one of the suite. */
function registryOf(entry: AlgorithmEntry): Registry {
  const fake = fakeRegistry();
  return {
    ...fake,
    algorithms: new Map([[entry.name, entry]]),
    presetNamed: () => fake.presetNamed('plain'),
    specimens: new Map(['tissue', 'blank'].map((name) => [name, { name, summary: name }])),
    openScenario: async (scenario): Promise<OpenedScenario> => {
      const opened = await fake.openScenario(scenario);
      if (scenario.specimen.name !== 'blank') return opened;
      const { microscope } = opened;
      const acquireFrame: typeof microscope.acquireFrame = async (request, options) => {
        const frame = await microscope.acquireFrame(request, options);
        // Noise alone is left: the distance from best focus is in the first three pixels.
        for (let x = 0; x < 3; x++) frame.pixels.set(0, x, 32768);
        return frame;
      };
      return { ...opened, microscope: { ...microscope, acquireFrame } };
    },
  };
}

function entryOf(run: Run, changes: Partial<AlgorithmEntry> = {}): AlgorithmEntry {
  return {
    name: 'mine',
    summary: 'for a test',
    create: (parameters) => {
      if (parameters !== undefined) throw new ConfigError('there are no parameters');
      return { name: 'mine', version: '1', parameters: {}, run };
    },
    ...changes,
  };
}

/** @param patienceMs - Short where an algorithm never ends; no slow machine may run into it elsewhere. */
async function check(entry: AlgorithmEntry, patienceMs = 200_000): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const services = {
    registry: registryOf(entry),
    clock: { nowMs: () => performance.now() },
    patienceMs,
    runsElsewhere: false,
  };
  for await (const result of checkAlgorithm(entry, services)) results.push(result);
  return results;
}

const failures = (results: readonly CheckResult[]) =>
  Object.fromEntries(
    results.filter(({ result }) => result === 'failed').map(({ name, finding }) => [name, finding]),
  );

/** The good algorithm, with every step spoiled. */
function spoiled(spoil: (step: AutofocusStep, context: AutofocusContext) => object): Run {
  return async function* (context) {
    for await (const step of halve(context)) {
      yield { ...step, ...spoil(step, context) } as AutofocusStep;
    }
  };
}

function pairEntry(estimate: PairEstimator['estimate']): AlgorithmEntry {
  return entryOf(halve, {
    createEstimator: () => ({ estimate }),
    perturbationFor: () => 2,
  });
}
const correction = { workingDistanceUm: 1, stigmatorX: 2, stigmatorY: 0 };
const { aUm, bUm } = aberrationOfDeviation(correction, [
  [7.2, 0],
  [0, 7.2],
]);
const estimated: CorrectionEstimate = { correction, astigmatismUm: { a: aUm, b: bUm } };

let kept = 0;

/** Algorithms that do one thing wrong: what has to fail, by name, and what is said of it. */
const bad: [string, string, AlgorithmEntry, RegExp, number?][] = [
  [
    'parameters',
    'takes whatever parameter it is given',
    entryOf(halve, { create: () => ({ name: 'mine', version: '1', parameters: {}, run: halve }) }),
    /it takes a parameter that it does not know/,
  ],
  [
    'parameters',
    'has another name than it is listed by',
    entryOf(halve, { create: () => ({ name: 'x', version: '1', parameters: {}, run: halve }) }),
    /its name is x/,
  ],
  [
    'steps',
    'counts from 0',
    entryOf(spoiled(({ iteration }) => ({ iteration: iteration - 1 }))),
    /iteration 1 has the number 0/,
  ],
  [
    'numbers',
    'has an uncertainty that is no number',
    entryOf(spoiled(() => ({ correctionSd: { ...correction, stigmatorY: Number.NaN } }))),
    /iteration 1: correctionSd.stigmatorY is NaN/,
  ],
  [
    'read-back',
    'says that it moved less than it did',
    entryOf(spoiled((step) => ({ correction: { ...step.correction, workingDistanceUm: 0 } }))),
    /correction.workingDistanceUm is 0, the state changed by -?\d/,
  ],
  [
    'read-back',
    'says that it is elsewhere',
    entryOf(spoiled(({ focus }) => ({ focus: { ...focus, stigmatorX: focus.stigmatorX + 0.1 } }))),
    /focus.stigmatorX is .*, the microscope reads/,
  ],
  [
    'accounts',
    'hides a frame',
    entryOf(spoiled(() => ({ framesUsed: 0 }))),
    /framesUsed is 0, and 1 were exposed/,
  ],
  [
    'accounts',
    'has computed longer than time went by',
    entryOf(spoiled(() => ({ computeMs: 1e7 }))),
    /computeMs is 10000000, and \d+ ms went by/,
  ],
  [
    'determinism',
    'remembers its last run',
    entryOf((context) => {
      kept += 0.1;
      return halve(context, 0.3 + kept);
    }),
    /iteration 1 was .*, then/,
  ],
  [
    'no-global-randomness',
    'draws without the stream',
    entryOf(spoiled(() => ({ diagnostics: Math.random() > 2 ? { never: 1 } : {} }))),
    /Math.random\(\) was called 3 times/,
  ],
  [
    'no-global-randomness',
    'reads a clock',
    entryOf(spoiled(() => (Date.now() < 0 || `${new Date()}` === '' ? { never: 1 } : {}))),
    /Date.now\(\) was called 3 times \(and 1 more\)/,
  ],
  [
    'no-peeking',
    'looks for the truth in its microscope',
    entryOf(spoiled((_, { microscope }) => ('truth' in microscope ? { never: 1 } : {}))),
    /it used 'truth' in microscope/,
  ],
  [
    'no-peeking',
    'asks its context for the scenario',
    entryOf(spoiled((_, context) => Reflect.get(context, 'scenario') ?? {})),
    /it used context.scenario/,
  ],
  [
    'cancellation',
    'keeps its signal to itself',
    entryOf((context) => halve({ ...context, signal: new AbortController().signal })),
    /it went on to iteration 3/,
  ],
  [
    'cancellation',
    'goes on without the signal where a call was aborted',
    entryOf(async function* (context) {
      try {
        yield* halve(context);
      } catch {
        await context.microscope.acquireFrame(context.frame);
      }
    }),
    /it asked for acquireFrame without the signal/,
  ],
  [
    'early-end',
    'cannot let go',
    entryOf(async function* (context) {
      let isWanted = true;
      try {
        yield* halve(context);
      } catch (error) {
        isWanted = false;
        throw error;
      } finally {
        if (isWanted) await new Promise(() => {});
      }
    }),
    /it had not ended/,
    1000,
  ],
  [
    'bounds',
    'takes a refusal for a success',
    entryOf(async function* (context) {
      const { microscope } = context;
      const writeFocus: typeof microscope.writeFocus = async (target, options) => {
        const before = await microscope.readFocus(options);
        return microscope.writeFocus(target, options).catch((error: unknown) => {
          context.signal.throwIfAborted();
          if (error instanceof TypeError) throw error;
          return { ...before, ...target };
        });
      };
      yield* halve({ ...context, microscope: { ...microscope, writeFocus } });
    }),
    /says that workingDistanceUm is .*; it is/,
  ],
  [
    'bounds',
    'falls over a refusal',
    entryOf(async function* (context) {
      try {
        yield* halve(context);
      } catch (error) {
        context.signal.throwIfAborted();
        throw new TypeError('cannot read properties of undefined', { cause: error });
      }
    }),
    /ended by another error: cannot read/,
  ],
  [
    'nothing-to-see',
    'divides by what it sees',
    entryOf(
      spoiled(({ correction: found }) => {
        if (found.workingDistanceUm === 0) throw new RangeError('division by zero');
        return {};
      }),
    ),
    /ended it by an error: division by zero/,
  ],
  [
    'estimator',
    'uses the pixels it is handed as scratch',
    pairEntry(async ({ under }) => {
      under.data[5] = (under.data[5] ?? 0) + 1;
      return estimated;
    }),
    /it changed the grey values/,
  ],
  [
    'estimator',
    'answers in other units',
    pairEntry(async () => ({ ...estimated, astigmatismUm: { a: 2, b: 0 } })),
    /astigmatismUm is 2, 0; the correction amounts to 14.4, 0/,
  ],
  [
    'estimator',
    'cannot make up its mind',
    pairEntry(async () => ({ ...estimated, diagnostics: { calls: kept++ } })),
    /a second estimate of the same pair differs/,
  ],
];

describe('checkAlgorithm', () => {
  it('lets an algorithm pass that keeps to the contract, and answers every question', async () => {
    const results = await check(pairEntry(async () => estimated));
    expect(failures(results)).toEqual({});
    expect(results.map(({ name }) => name)).toEqual(checkNames);
    expect(results.filter(({ result }) => result === 'skipped')).toEqual([]);
    expect(results.at(-1)?.finding).toMatch(/^from 4.00 um, .* in 3 iterations$/);
  });

  it.each(bad)(
    'fails %s, and nothing else, where one %s',
    async (name, _, entry, finding, patienceMs) => {
      const failed = failures(await check(entry, patienceMs));
      expect(Object.keys(failed)).toEqual([name]);
      expect(failed[name]).toMatch(finding);
    },
  );

  it('does not wait for ever, and looks no further then', async () => {
    const results = await check(
      entryOf(async function* () {
        await new Promise(() => {});
      }),
      300,
    );
    expect(failures(results)).toEqual({ steps: 'iteration 1 did not end' });
    expect(results.map(({ name }) => name)).toEqual(checkNames);
  });

  it('tells of one that cannot be made', async () => {
    const results = await check(
      entryOf(halve, {
        create: () => {
          throw new ConfigError('side must be given');
        },
      }),
    );
    expect(failures(results)).toEqual({
      parameters: 'it cannot be made without parameters: side must be given',
    });
  });

  it('puts clocks and randomness back as they were', async () => {
    const before = [Math.random, Date, performance.now];
    await check(entryOf(halve));
    expect([Math.random, Date, performance.now]).toEqual(before);
  });
});
