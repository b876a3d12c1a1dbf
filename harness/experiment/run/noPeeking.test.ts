import { describe, expect, it } from 'vitest';
import type { AutofocusContext } from '../../algorithm/index.ts';
import type { GroundTruth } from '../../microscope/index.ts';
import { planSuite, type Registry } from '../suite/index.ts';
import { fakeRegistry, halve } from '../testing/fakeRegistry.ts';
import { fakeSuite } from '../testing/fakeSuite.ts';
import { testServices } from '../testing/testServices.ts';
import { findTruthLeak } from './findTruthLeak.ts';
import { runTrajectory } from './runTrajectory.ts';

/** What an algorithm is handed and what it gets from it, looked through at its first iteration. */
async function leaksIn(
  changeInstrument: (opened: Awaited<ReturnType<Registry['openScenario']>>) => object = () => ({}),
): Promise<string[]> {
  let truth: GroundTruth | undefined;
  let leaks: string[] | undefined;
  const registry = fakeRegistry({
    spy: async function* (context: AutofocusContext) {
      if (truth === undefined) throw new Error('the scenario was not opened');
      const { microscope, frame } = context;
      const answers = [
        await microscope.describe(),
        await microscope.readFocus(),
        await microscope.readStage(),
        await microscope.acquireFrame(frame),
      ];
      leaks = findTruthLeak({ context, answers }, truth);
      yield* halve(context);
    },
  });
  const watched: Registry = {
    ...registry,
    openScenario: async (scenario) => {
      const opened = await registry.openScenario(scenario);
      truth = opened.truth;
      Object.assign(opened.microscope, changeInstrument(opened));
      return opened;
    },
  };
  const algorithms = [{ name: 'spy', iterations: 2, dwellTimesNs: [200] }];
  const [scenario] = planSuite(fakeSuite({ algorithms }), watched).scenarios;
  if (scenario === undefined) throw new Error('an empty plan');
  const { record } = await runTrajectory(scenario, watched, testServices());
  expect(record.message).toBeUndefined();
  if (leaks === undefined) throw new Error('the algorithm was not run');
  return leaks;
}

describe('an algorithm', () => {
  it('finds no way to the truth in what it is handed', async () => {
    expect(await leaksIn()).toEqual([]);
  });

  it('would be caught if the instrument gave the truth away in its answers', async () => {
    const leaks = await leaksIn(({ microscope: { describe }, truth }) => ({
      describe: async () => Object.assign(await describe(), { internal: { truth } }),
    }));
    expect(leaks.length).toBeGreaterThan(0);
  });
});

describe('the search for leaks', () => {
  const best = { workingDistanceUm: 4503.25, stigmatorX: 0, stigmatorY: -1 };
  const truth: GroundTruth = {
    bestFocus: () => best,
    frameAt: () => Promise.reject(new Error('not asked for')),
  };
  const hiding: [string, () => object][] = [
    ['a property', () => ({ a: { truth } })],
    ['a symbol', () => ({ [Symbol('secret')]: truth })],
    ['a property that is not enumerable', () => Object.defineProperty({}, 'a', { value: truth })],
    [
      'a getter',
      () => ({
        get a() {
          return truth;
        },
      }),
    ],
    ['the prototype', () => Object.create({ truth })],
    [
      'a getter of a class',
      () =>
        new (class {
          get a() {
            return truth;
          }
        })(),
    ],
    ['a property of a method', () => ({ read: Object.assign(() => 0, { truth }) })],
    ['a map', () => new Map([['a', truth]])],
    ['a set', () => new Set([truth])],
    ['a list', () => [[truth]]],
    ['the value of an object', () => ({ hidden: { ...best } })],
    ['a single value', () => ({ offset: best.workingDistanceUm })],
    ['numbers in an array', () => ({ state: Float64Array.of(1, best.workingDistanceUm) })],
    ['a method of that name', () => ({ simulator: { bestFocus: () => best } })],
    ['a bound method', () => ({ simulator: { frameAt: truth.frameAt.bind(truth) } })],
  ];

  it.each(hiding)('looks into %s', (_, hide) => {
    expect(findTruthLeak(hide(), truth)).not.toEqual([]);
  });

  it('takes neither whole numbers nor what a function has closed over for a leak', () => {
    const innocent = { readFocus: () => best, iteration: 0, gain: -1, self: {} };
    innocent.self = innocent;
    expect(findTruthLeak(innocent, truth)).toEqual([]);
  });

  it('says where', () => {
    expect(findTruthLeak({ log: [{ at: 4503.25 }] }, truth)).toEqual([
      'context.log.0.at = 4503.25',
    ]);
  });
});
