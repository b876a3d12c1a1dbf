import { expect, it } from 'vitest';
import { fuzzInput } from './fuzzInput.ts';
import { recordsTarget } from './recordsTarget.ts';

it('records that are damaged or rewritten are read as they were written, or refused', async () => {
  const defects: string[] = [];
  for (let index = 0; index < 400; index++) {
    try {
      await recordsTarget.read(fuzzInput(recordsTarget, index));
    } catch (error) {
      defects.push(`input ${index}: ${error}`);
    }
  }
  expect(defects).toEqual([]);
});
