import { describe, expect, it } from 'vitest';
import type { AutofocusAlgorithm, AutofocusContext, AutofocusStep } from '../algorithm/index.ts';
import { takeSteps } from './takeSteps.ts';

const zero = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };
const step = (iteration: number): AutofocusStep => ({
  ...{ iteration, correction: zero, focus: zero, framesUsed: 0, computeMs: 0 },
});
const algorithm = (run: AutofocusAlgorithm['run']): AutofocusAlgorithm => ({
  ...{ name: 'mine', version: '1', parameters: {}, run },
});
const context = (signal: AbortSignal) => ({ signal }) as AutofocusContext;

describe('takeSteps', () => {
  it('takes so many and lets the algorithm clean up', async () => {
    let isClean = false;
    const counting = algorithm(async function* run() {
      try {
        for (let i = 1; ; i++) yield step(i);
      } finally {
        isClean = true;
      }
    });
    const taken: number[] = [];
    for await (const { iteration } of takeSteps(counting, context(new AbortController().signal), 3))
      taken.push(iteration);
    expect({ taken, isClean }).toEqual({ taken: [1, 2, 3], isClean: true });
  });

  it('does not wait for an algorithm that never comes back', async () => {
    const stop = new AbortController();
    const deaf = algorithm(async function* run() {
      yield step(1);
      await new Promise(() => {});
    });
    const reason = new Error('enough');
    const follow = async () => {
      for await (const _ of takeSteps(deaf, context(stop.signal), 9)) {
        setImmediate(() => stop.abort(reason));
      }
    };
    await expect(follow()).rejects.toBe(reason);
  });
});
