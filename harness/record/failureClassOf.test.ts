import { describe, expect, it } from 'vitest';
import type { AutofocusContext, AutofocusStep } from '../algorithm/index.ts';
import { runTrajectory } from '../experiment/run/index.ts';
import { planSuite, type Suite } from '../experiment/suite/index.ts';
import { fakeRegistry, halve, type Run } from '../experiment/testing/fakeRegistry.ts';
import { fakeSuite } from '../experiment/testing/fakeSuite.ts';
import { testServices } from '../experiment/testing/testServices.ts';
import { addFocus, type FocusChange, Timeout } from '../microscope/index.ts';

const nothing: FocusChange = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };

/** Takes these steps, one after the other, then ends. */
const stepping = (...corrections: readonly Partial<FocusChange>[]): Run =>
  async function* ({ microscope }: AutofocusContext): AsyncGenerator<AutofocusStep> {
    for (const [i, change] of corrections.entries()) {
      const correction = { ...nothing, ...change };
      const focus = await microscope.writeFocus(addFocus(await microscope.readFocus(), correction));
      yield { iteration: i + 1, correction, focus, framesUsed: 0, computeMs: 0 };
    }
  };

const declining: Run = async function* ({ microscope }) {
  const focus = await microscope.readFocus();
  yield { iteration: 1, correction: nothing, focus, framesUsed: 0, computeMs: 0, declined: 'dark' };
};

const throwing = (error: Error): Run =>
  // biome-ignore lint/correctness/useYield: it ends before its first step.
  async function* () {
    throw error;
  };

async function classOf(run: Run, changes: Partial<Suite> = {}) {
  const registry = fakeRegistry({ tried: run });
  const blank = { name: 'blank', summary: 'nothing', isBlank: true };
  const withBlank = { ...registry, specimens: new Map([...registry.specimens, ['blank', blank]]) };
  const suite = fakeSuite({
    algorithms: [{ name: 'tried', iterations: 3, dwellTimesNs: [200] }],
    ...changes,
  });
  const [scenario] = planSuite(suite, withBlank).scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  const { record } = await runTrajectory(scenario, withBlank, testServices());
  return [record.outcome, record.failureClass];
}

// All starts are 8 to 12 um, -4 to -2 and 2 to 4 units from focus.
describe('every way to miss has a class of its own', () => {
  const wide = { workingDistanceUm: 60, stigmator: 20 };
  it.each<[string, Run, ...unknown[]]>([
    ['exception', throwing(new Error('broken')), 'failed'],
    ['exception', stepping({ workingDistanceUm: Number.NaN }), 'failed'],
    ['timeout', throwing(new Timeout('no answer within 5 s')), 'failed'],
    ['declined-wrongly', declining, 'declined'],
    ['wrong-sign', stepping({ workingDistanceUm: 3 }, nothing, nothing), 'missed'],
    ['wrong-sign', stepping({ stigmatorX: -15 }, nothing, nothing), 'diverged'],
    ['diverged', stepping({ workingDistanceUm: -2 }, { stigmatorX: -15 }), 'diverged'],
    ['diverged', stepping({ workingDistanceUm: -2 }, { workingDistanceUm: 70 }), 'diverged'],
    ['false-claim', stepping({ workingDistanceUm: -2 }), 'missed'],
    [
      'false-optimum',
      stepping({ workingDistanceUm: -2 }, nothing, { workingDistanceUm: -0.1 }),
      'missed',
    ],
    ['budget-spent', stepping(nothing, nothing, { workingDistanceUm: -2 }), 'missed'],
  ])('%s', async (failureClass, run, outcome) => {
    expect(await classOf(run, { limits: wide })).toEqual([outcome, failureClass]);
  });

  it('and a success has none', async () => {
    expect(await classOf((context) => halve(context, 1))).toEqual(['converged', undefined]);
  });

  it('to decline is right where there is nothing to see', async () => {
    expect(await classOf(declining, { specimens: ['blank'] })).toEqual(['declined', undefined]);
  });
});
