import { expect, it } from 'vitest';
import { assertInRange } from './assertInRange.ts';

const dwell = { unit: 'ns', settleTimeS: 0, settable: true };

it('lets through what an instrument can be set to', () => {
  const choices = [50, 100, 0.1 + 0.2];
  for (const value of [50, 100, 0.3]) {
    expect(() => assertInRange('dwellTimeNs', value, { ...dwell, choices })).not.toThrow();
  }
  expect(() => assertInRange('dwellTimeNs', 1e300, dwell)).not.toThrow();
});

it.each([
  [{ choices: [50, 100] }, 75, 'dwellTimeNs must be one of 50, 100 ns. Received 75'],
  [{ min: 50, max: 100 }, 49, 'dwellTimeNs must be in [50, 100] ns. Received 49'],
  [{ min: 50, choices: [100] }, 10, 'dwellTimeNs must be in [50, Infinity] ns. Received 10'],
  [{}, Number.NaN, 'dwellTimeNs must be in [-Infinity, Infinity] ns. Received NaN'],
  [{}, Infinity, 'dwellTimeNs must be in [-Infinity, Infinity] ns. Received Infinity'],
])('refuses of %j the value %d', (range, value, message) => {
  expect(() => assertInRange('dwellTimeNs', value, { ...dwell, ...range })).toThrow(message);
});
