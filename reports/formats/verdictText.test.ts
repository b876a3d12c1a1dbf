import { describe, expect, it } from 'vitest';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { endText } from '../words/index.ts';
import { verdictText } from './verdictText.ts';

describe('a trajectory that declines in every step, in focus by chance', () => {
  const inFocus = handMadeRecord({ workingDistancesUm: [0.2, 0.2] });
  const [start, ...steps] = inFocus.iterations;
  if (start === undefined) throw new Error('no rows');
  const declined = steps.map((row) => ({ ...row, declined: 'nothing but noise' }));
  const refusal = { ...inFocus, iterations: [start, ...declined] };

  it('counts as a right refusal, as in the gate', () => {
    expect(refusal.outcome).toBe('converged');
    const records = [refusal, inFocus];
    expect(verdictText({ title: 'By hand', records })).toBe(
      'By hand: 2 of 2 trajectories succeeded, 1 of them by rightly declining',
    );
    expect(endText(refusal)).toMatch(/^declined rightly /);
    expect(endText(inFocus)).toMatch(/^converged /);
  });
});
