import { describe, expect, it } from 'vitest';
import { summarise } from '../summary/index.ts';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { onInstrument } from '../testing/onInstrument.ts';
import { conditionLabel } from './conditionLabel.ts';
import { conditionNames } from './conditionNames.ts';
import { conditionText } from './conditionText.ts';
import { findings } from './findings.ts';
import { instrumentTexts, truthText } from './truthText.ts';

const way = (trajectory: number) => ({ trajectory, workingDistancesUm: [10, 2, 0.1 * trajectory] });
const places = [1, 2, 3, 4];
const simulated = places.map((trajectory) => handMadeRecord(way(trajectory)));
const measured = places.map((trajectory) => onInstrument(way(trajectory)));
const locked = measured.map((record) => {
  const { instrument } = record.scenario;
  return {
    ...record,
    scenario: {
      ...record.scenario,
      ...(instrument && { instrument: { ...instrument, hasStage: false } }),
    },
  };
});

describe('what residuals are measured from', () => {
  it('is the truth, a reference, or each where it is so', () => {
    const of = (records: typeof measured) => truthText(summarise(records).groups);
    expect([of(simulated), of(measured), of([...simulated, ...measured])]).toEqual([
      'the hidden truth',
      'the focus that method found before and after',
      'the hidden truth, on the instrument the focus that method found before and after',
    ]);
  });

  it('is told with the instrument and how well it is known', () => {
    const of = (records: typeof measured) => instrumentTexts(summarise(records).groups);
    expect([of(simulated), of(measured), of(locked)]).toMatchInlineSnapshot(`
      [
        [],
        [
          "Measured on SEM 1, where the truth is not known: method at 200 ns focused before and after each of 4 trajectories, and residuals are distances from the middle of the two. Its standard deviation is 0.03 µm and 0.01, 0.01 a.u., its drift from before to after 0.06 µm and 0, 0 a.u. (root mean squares). It took 44 frames at 1 place, 400 e/nm² at each beside the trajectories.",
        ],
        [
          "Measured on SEM 1, where the truth is not known: method at 200 ns focused before and after each of 4 trajectories, and residuals are distances from the middle of the two. Its standard deviation is 0.03 µm and 0.01, 0.01 a.u., its drift from before to after 0.06 µm and 0, 0 a.u. (root mean squares). The stage could not be moved: all trajectories were at one place, which received 472 e/nm² in all, 400 of them beside the trajectories.",
        ],
      ]
    `);
  });
});

describe('a condition on an instrument', () => {
  const { condition } = summarise(measured).groups[0]!;
  const { condition: other } = summarise(simulated).groups[0]!;

  it('is named by instrument and reference', () => {
    expect(conditionLabel(condition)).toBe('hand: instrument SEM 1, reference method, 50 ns');
    expect(conditionText(condition)).toBe('instrument SEM 1, reference method, 50 ns');
    const { common, nameOf } = conditionNames([condition, other]);
    expect([common, nameOf(condition), nameOf(other)]).toEqual([
      'hand, 50 ns',
      'instrument SEM 1, reference method',
      'merlin, gaussian PSF, tissue',
    ]);
  });
});

describe('the findings of a report with an instrument', () => {
  it('are about it, then whether it was predicted', () => {
    const sentences = findings(summarise([...simulated, ...measured]));
    expect(sentences).toEqual([
      'alpha reached the margins (1 µm, 0.25 a.u.): median 18 e/nm² in 4 frames, 4 of 4 trajectories.',
      'merlin, gaussian PSF, tissue predicts what was measured on SEM 1: R = 0.00 (predicted: at most 1, not predicted: above 2), 5 of 5 figures are inside the simulated distribution.',
      'With n = 4, even success in all runs only shows a success rate above 51 % (95 % interval).',
    ]);
  });
});
