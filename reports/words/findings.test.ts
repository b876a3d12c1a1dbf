import { describe, expect, it } from 'vitest';
import { summarise } from '../summary/index.ts';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { findings } from './findings.ts';

const course = (algorithm: string, workingDistancesUm: readonly number[], dwellTimeNs = 50) =>
  Array.from({ length: 40 }, (_, trajectory) =>
    handMadeRecord({ algorithm, trajectory, dwellTimeNs, workingDistancesUm }),
  );
const told = (...records: ReturnType<typeof course>[]) => findings(summarise(records.flat()));

describe('findings', () => {
  it('name the algorithm with the least dose first, then how much more the others took', () => {
    expect(told(course('slow', [9, 5, 3, 0.5]), course('fast', [9, 0.5]))).toEqual([
      'fast reached the margins (1 µm, 0.25 a.u.) with the least dose: median 9 e/nm² in 2 frames, 40 of 40 trajectories.',
      'At best the others needed: slow 27 e/nm² (3 times as much; 40 of 40).',
    ]);
  });

  it('prefer no algorithm if two need the same dose', () => {
    const courses = [course('a', [9, 0.5]), course('b', [9, 0.5]), course('c', [9, 3, 0.5])];
    expect(told(...courses)[0]).toBe(
      'a (40 of 40) and b (40 of 40) reached the margins (1 µm, 0.25 a.u.) with the same dose: median 9 e/nm² in 2 frames.',
    );
  });

  it('name those that did not reach the margins', () => {
    expect(told(course('lost', [9, 5]), course('fast', [9, 0.5]))[1]).toBe(
      'Half of the runs or more did not reach them with lost (0 of 40).',
    );
  });

  it('say when no algorithm did', () => {
    expect(told(course('lost', [9, 5]))).toEqual([
      'No algorithm reached the margins (1 µm, 0.25 a.u.) in more than half of its runs.',
    ]);
  });

  it('tell each algorithm at the dwell time at which it needs least', () => {
    const sentences = told(course('a', [9, 3, 0.5], 50), course('a', [9, 0.5], 200));
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toContain('a at 200 ns');
  });

  it('compare within a setting only', () => {
    const elsewhere = course('a', [9, 0.5]).map(({ scenario }) =>
      handMadeRecord({
        algorithm: 'a',
        trajectory: scenario.trajectory,
        specimen: 'tin',
        workingDistancesUm: [9, 5, 0.5],
      }),
    );
    expect(told(course('a', [9, 0.5]), elsewhere).map((text) => text.slice(0, 50))).toEqual([
      'All 80 trajectories succeeded, in 2 settings.',
      expect.stringMatching(/^tin: a reached the margins/),
      expect.stringMatching(/^tissue: a reached the margins/),
    ]);
  });

  it('stay at one sentence for each of several settings, with the next best in it', () => {
    const both = ['tin', 'tissue', 'wood', 'bone'].flatMap((specimen) =>
      ['a', 'b'].flatMap((algorithm, slower) =>
        Array.from({ length: 40 }, (_, trajectory) =>
          handMadeRecord({
            algorithm,
            specimen,
            trajectory,
            workingDistancesUm: slower ? [9, 3, 0.5] : [9, 0.5],
          }),
        ),
      ),
    );
    const sentences = told(both);
    expect(sentences).toHaveLength(5);
    expect(sentences[0]).toBe('All 320 trajectories succeeded, in 4 settings.');
    expect(sentences[1]).toBe(
      'bone: a reached the margins (1 µm, 0.25 a.u.) with the least dose: median 9 e/nm² in 2 frames, 40 of 40 trajectories; next b 18 e/nm² (2 times as much; 40 of 40).',
    );
    expect(sentences[4]).toBe('1 more setting is in the table.');
  });

  it('begin with the successes of each algorithm in all settings together, the best first', () => {
    const lost = course('b', [9, 5]);
    const elsewhere = lost.map(({ scenario: { trajectory } }) =>
      handMadeRecord({ algorithm: 'b', trajectory, specimen: 'tin', workingDistancesUm: [9, 0.5] }),
    );
    expect(told(course('a', [9, 0.5]), lost, elsewhere)[0]).toBe(
      'Successes in all 2 settings together: a 40 of 40, b 40 of 80.',
    );
  });

  it('tell of what has nothing to focus on last', () => {
    const declined = { specimen: 'blank', outcome: 'declined', isBlank: true } as const;
    const blank = Array.from({ length: 40 }, (_, trajectory) =>
      handMadeRecord({ trajectory, ...declined, workingDistancesUm: [9, 9] }),
    );
    const sentences = told(course('a', [9, 0.5]), blank);
    expect(sentences.slice(1).map((text) => text.split(':')[0])).toEqual(['tissue', 'blank']);
    expect(sentences[0]).toBe(
      'All 80 trajectories succeeded, 40 of them by rightly declining, in 2 settings.',
    );
  });

  it('warn of few trajectories and of failures', () => {
    const records = [
      handMadeRecord({ trajectory: 0, workingDistancesUm: [9, 0.5] }),
      handMadeRecord({ trajectory: 1, outcome: 'failed', workingDistancesUm: [9] }),
    ];
    expect(findings(summarise(records)).slice(-2)).toEqual([
      'With n = 2, even success in all runs only shows a success rate above 34 % (95 % interval).',
      '1 trajectory failed with an error.',
    ]);
  });

  it('begin with algorithms of which every trajectory failed with an error', () => {
    const broken = [0, 1].map((trajectory) =>
      handMadeRecord({
        ...{ algorithm: 'broken', trajectory, workingDistancesUm: [9] },
        outcome: 'failed',
      }),
    );
    expect(told(course('a', [9, 0.5]), broken)[0]).toBe(
      'Every trajectory of broken ended with an error: nothing was measured of it.',
    );
  });

  it('say one at a time only where each variation is of one thing', () => {
    const with_ = (preset: string, trajectory: number) => {
      const record = handMadeRecord({ trajectory, workingDistancesUm: [9, 0.5] });
      return { ...record, scenario: { ...record.scenario, preset } };
    };
    const textOf = (...presets: string[]) => findings(summarise(presets.map(with_))).join(' ');
    expect(textOf('merlin', 'merlin~drift=50')).toContain('1 variation was tested; none');
    expect(textOf('merlin', 'merlin~drift=50', 'merlin~drift=90')).toContain(
      '2 variations were tested one at a time; none',
    );
    expect(textOf('merlin', 'merlin~drift=50~hum=2', 'merlin~drift=90')).toContain(
      '2 variations were tested; none',
    );
  });

  it('form no ratio to a start that was inside already', () => {
    const text = told(course('still', [0.5, 0.5]), course('slow', [9, 0.5])).join(' ');
    expect(text).toContain('slow 9 e/nm² (40 of 40)');
  });
});
