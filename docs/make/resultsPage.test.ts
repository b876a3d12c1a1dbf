import { describe, expect, it } from 'vitest';
import { handMadeRecord } from '../../reports/testing/handMadeRecord.ts';
import { resultsPage } from './resultsPage.ts';

describe('the page of results', () => {
  const page = resultsPage([
    handMadeRecord({ seed: 1, trajectory: 0, workingDistancesUm: [10, 2, 0.5] }),
    handMadeRecord({ seed: 1, trajectory: 1, workingDistancesUm: [-10, -0.2, 0.1] }),
    // Ended early: the state it was left in counts.
    handMadeRecord({ seed: 2, trajectory: 0, workingDistancesUm: [10, 4] }),
  ]);

  it('has the mean distance of each seed, and counts all trajectories', () => {
    expect(page).toContain('| seed 1 | seed 2 |');
    expect(page).toMatch(/\| 0\.30 \| 4\.00 \| 1 of 3 \| 2 of 3 \| 21 to 94 % \|/);
  });
});
