import { describe, expect, it } from 'vitest';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { summarise } from './summarise.ts';

const starts = [-20, -10, -5, 5, 10, 20];

/** Corrections of 0.9 times what is needed and 0.3 um more, with deviations that cancel. */
function recordsFrom(places: number) {
  return Array.from({ length: places * starts.length }, (_, trajectory) => {
    const start = starts[trajectory % starts.length] ?? 0;
    const deviation = Math.floor(trajectory / starts.length) % 2 === 0 ? 0.05 : -0.05;
    return handMadeRecord({
      trajectory,
      workingDistancesUm: [start, start + 0.9 * -start + 0.3 + deviation],
    });
  });
}

describe('the line through the first corrections', () => {
  it('has the slope and the offset that the corrections were made with, inside its intervals', () => {
    const line = summarise(recordsFrom(4)).groups[0]?.firstCorrection;
    expect(line?.slope).toBeCloseTo(0.9, 12);
    expect(line?.offsetUm).toBeCloseTo(0.3, 12);
    expect(line?.slopeInterval95.low).toBeLessThan(0.9);
    expect(line?.slopeInterval95.high).toBeGreaterThan(0.9);
    // Residual SD 0.05 um over 24 trajectories.
    const width = (line?.offsetUmInterval95.high ?? 0) - (line?.offsetUmInterval95.low ?? 0);
    expect(width).toBeGreaterThan(0.02);
    expect(width).toBeLessThan(0.06);
  });

  it('is not drawn through few trajectories or starts on one side', () => {
    expect(summarise(recordsFrom(2)).groups[0]?.firstCorrection).toBeNull();
    const above = recordsFrom(10).filter(({ iterations }) => {
      const [first] = iterations;
      return (first?.residual.workingDistanceUm ?? 0) > 0;
    });
    expect(above.length).toBeGreaterThan(20);
    expect(summarise(above).groups[0]?.firstCorrection).toBeNull();
  });
});
