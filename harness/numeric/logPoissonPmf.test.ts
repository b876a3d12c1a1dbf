import { describe, expect, it } from 'vitest';
import fixtures from './fixtures/poisson/poisson.json' with { type: 'json' };
import { logPoissonPmf } from './logPoissonPmf.ts';

describe('logPoissonPmf', () => {
  it.each(fixtures.logPmf)(
    'agrees with decimal arithmetic for $count events at a mean of $mean',
    ({ count, mean, logPmf }) => {
      // Rounding grows with the distance from the mean; k ln(mean) alone would lose 3e-3 at 1e12.
      const tolerance = 1e-11 + 1e-15 * Math.abs(mean - count);
      expect(Math.abs(logPoissonPmf(count, mean) - logPmf)).toBeLessThan(tolerance);
    },
  );
});
