import { describe, expect, it } from 'vitest';
import { suiteSets } from '../../harness/experiment/suite/index.ts';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { articlePage } from '../html/index.ts';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { syntheticRecords } from '../testing/syntheticRecords.ts';
import { articleItems } from './articleItems.ts';
import { articleMarkdown } from './articleMarkdown.ts';
import { articleSections } from './articleSections.ts';

function ofSuite(suite: string, records: readonly TrajectoryRecord[]): TrajectoryRecord[] {
  return records.map((record) => ({ ...record, scenario: { ...record.scenario, suite } }));
}

/** Of two trajectories one is inside after three iterations. */
const far = ofSuite('figure-2', [
  handMadeRecord({ trajectory: 0, workingDistancesUm: [30, 8, 2, 0.4] }),
  handMadeRecord({ trajectory: 1, workingDistancesUm: [30, 9, 3, 1.2] }),
]);

const section = (id: string, records: readonly TrajectoryRecord[]) => {
  const found = articleSections(records).find(({ item }) => item.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};

describe('the article beside records', () => {
  it('has an item for each suite of the set, and no other', () => {
    const set = suiteSets.find(({ name }) => name === 'article');
    expect(articleItems.map(({ suite }) => suite).sort()).toEqual(
      set?.suites.map(({ suite }) => suite).sort(),
    );
  });

  it('has as many cells in every row as columns', () => {
    const records = articleItems.flatMap(({ suite }) =>
      ofSuite(suite, syntheticRecords({ trajectories: 3 })),
    );
    for (const { head, reported, measured, item } of articleSections(records)) {
      expect(measured.length, item.id).toBeGreaterThan(0);
      for (const row of [...reported, ...measured]) expect(row, item.id).toHaveLength(head.length);
    }
  });

  it('counts those inside after the iteration that the article tells of, and gives mean and SD', () => {
    const { head, measured, seeds } = section('figure-2', far);
    const [row = []] = measured;
    expect(row[head.indexOf('n')]).toBe('2');
    expect(row[head.indexOf('inside after 3')]).toBe('1 of 2 [9, 91] %');
    expect(row[head.indexOf('working distance after 3, µm')]).toBe('0.80 ± 0.57');
    expect(seeds).toEqual([far[0]?.scenario.seed]);
  });

  it('says of a search when it came within the margins', () => {
    const { head, measured } = section('figure-s5', ofSuite('simplex', far));
    expect(measured[0]?.[head.indexOf('inside at the end')]).toMatch(/^1 of 2/);
    expect(measured[0]?.[head.indexOf('working distance at the end, µm')]).toBe('0.80 ± 0.57');
  });

  it('gives times of runs that were made for them alone', () => {
    const timed = far.map((record) => ({
      ...record,
      scenario: {
        ...record.scenario,
        suite: 'timing',
        algorithm: { ...record.scenario.algorithm, parameters: { patches: 5 } },
      },
      iterations: record.iterations.map((row) => ({ ...row, computeMs: 100 })),
      timing: { ...record.timing, mode: 'serial' as const },
    }));
    const { head, measured } = section('figure-2f', timed);
    expect(measured[0]?.[head.indexOf('pair of patches, ms')]).toBe('20.0 ± 0.0');
    expect(section('figure-2f', ofSuite('timing', far)).measured[0]?.at(-1)).toBe('–');
  });

  it('names the command where there are no records', () => {
    const sections = articleSections(far);
    expect(articlePage(sections)).toContain('Not run: <code>semfocus run figure-5</code>');
    expect(articleMarkdown(sections, 'x').page).toContain('Not run: `semfocus run figure-5`.');
  });
});

describe('the pages', () => {
  const sections = articleSections([
    ...far,
    ...ofSuite('figure-5', syntheticRecords({ trajectories: 4 })),
  ]);

  it('set the numbers of the article beside ours', () => {
    for (const page of [articlePage(sections), articleMarkdown(sections, 'x').page]) {
      expect(page).toContain('0.34 ± 0.30');
      expect(page).toContain('0.80 ± 0.57');
    }
  });

  it('give no two things the same id', () => {
    const ids = [...articlePage(sections).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('link each figure of the Markdown to its file', () => {
    const { page, figures } = articleMarkdown(sections, 'pictures');
    const linked = [...page.matchAll(/\(pictures\/([^)]+)\)/g)].map(([, name]) => name);
    expect(figures.map(({ name }) => name)).toEqual(linked);
    expect(linked).toHaveLength(2);
    for (const { content } of figures) expect(content).toMatch(/^<\?xml.*\n<svg/);
  });
});
