import { describe, expect, it } from 'vitest';
import type { History, HistoryCourse } from './History.ts';
import { historyFigures } from './historyFigures.ts';

/** A network on one specimen over two runs; `null` where there was nothing to focus on. */
function course(specimen: string, errorsUm: readonly (number | null)[]): HistoryCourse {
  return {
    algorithm: 'net',
    variant: null,
    condition: { suite: 's', preset: 'merlin', psf: 'disc', specimen, dwellTimeNs: 50 },
    points: errorsUm.map((iqm) => ({
      trajectories: 9,
      success: { count: 9, fraction: 1, interval95: { low: 0.7, high: 1 } },
      absWorkingDistanceUm:
        iqm === null ? null : { iqm, iqmInterval95: { low: iqm / 2, high: 2 * iqm } },
      doseToMarginsElectronsPerNm2: { median: null, interval95: { low: null, high: null } },
      microscopeSPerIteration: 1,
      computeMsPerIteration: 100,
    })),
  };
}

function figuresOf(courses: readonly HistoryCourse[]) {
  const run = {} as History['runs'][number];
  const figures = historyFigures({ schema: 1, runs: [run, run], courses });
  return new Map(figures.map((figure) => [figure.id, figure]));
}

describe('historyFigures', () => {
  const figures = figuresOf([
    course('blank', [null, null]),
    course('tin', [0.1, 0.11]),
    course('gold', [0.1, 0.4]),
  ]);

  it('leaves out conditions in which no run has a value', () => {
    const headings = (id: string) => {
      const figure = figures.get(id);
      if (figure === undefined || 'undrawable' in figure) return figure?.undrawable;
      return figure.views[0].chart.panels.map(({ heading }) => heading);
    };
    expect(headings('success')).toEqual(['blank', 'tin', 'gold']);
    expect(headings('error')).toEqual(['tin', 'gold']);
    expect(headings('dose')).toBe('No run has a value.');
  });

  it('names the condition in which most has changed', () => {
    expect(figures.get('error')?.title).toBe(
      '|working distance| at the end: net (gold) changed most since the run before, from 0.1 to 0.4 µm',
    );
  });
});
