import { describe, expect, it } from 'vitest';
import { fuzzInput } from './fuzzInput.ts';
import { fuzzTargets } from './fuzzTargets.ts';

/** More of them: `npm run fuzz -- --minutes 60`. */
const inputs = 400;

describe.each(fuzzTargets)('fuzzing $name', (target) => {
  it('ends in an answer or in an error for users', async () => {
    for (let index = 0; index < inputs; index++) {
      try {
        await target.read(fuzzInput(target, index));
      } catch (cause) {
        throw new Error(`input ${index} of ${target.name}`, { cause });
      }
    }
  });

  it('makes the same inputs again, and others for other numbers', () => {
    expect(fuzzInput(target, 7)).toEqual(fuzzInput(target, 7));
    expect(fuzzInput(target, 7)).not.toEqual(fuzzInput(target, 8));
  });
});
