import { describe, expect, it } from 'vitest';
import type { TrajectoryRecord } from '../../../harness/record/index.ts';
import { summarise } from '../../summary/index.ts';
import { handMadeRecord } from '../../testing/handMadeRecord.ts';
import { syntheticRecords } from '../../testing/syntheticRecords.ts';
import { figureInput } from '../FigureInput.ts';
import { convergenceFigure } from './convergenceFigure.ts';
import { paperFigures } from './paperFigures.ts';

const figuresOf = (some: readonly TrajectoryRecord[]) =>
  paperFigures({ records: some, summary: summarise(some) });

const records = syntheticRecords({ trajectories: 9 });
const files = new Map(figuresOf(records).map(({ path, content }) => [path, String(content)]));
const drawings = [...files].filter(([path]) => path.endsWith('.svg'));
const namesOf = (some: readonly TrajectoryRecord[]) =>
  figuresOf(some).map(({ path }) => path.replace(/-\d+mm\.svg$/, ''));

/** Five doses, starts on both sides of focus, times taken serially: everything can be drawn. */
const everything = [50, 100, 200, 400, 800].flatMap((dwellTimeNs) =>
  Array.from({ length: 24 }, (_, trajectory): TrajectoryRecord => {
    const start = [-20, -10, -5, 5, 10, 20][trajectory % 6] ?? 5;
    const record = handMadeRecord({
      dwellTimeNs,
      trajectory,
      parameters: { patchSidePx: 256 },
      workingDistancesUm: [start, start / 10, start / (200 + trajectory)],
      pairBoundSd: { workingDistanceUm: 0.02, stigmatorX: 0.01, stigmatorY: 0.01 },
    });
    const iterations = record.iterations.map((row) => ({
      ...row,
      doseElectronsPerNm2Total: (row.doseElectronsPerNm2Total * dwellTimeNs) / 50,
      electronsTotal: (row.electronsTotal * dwellTimeNs) / 50,
    }));
    return {
      ...record,
      iterations,
      timing: { ...record.timing, mode: 'serial', loadAverage: 0.5 },
    };
  }),
);

describe('figures for an article', () => {
  it('are as wide as a column, in mm', () => {
    expect(drawings.length).toBeGreaterThan(8);
    for (const [path, svg] of drawings) {
      const widthMm = /-(\d+)mm\.svg$/.exec(path)?.[1];
      expect(svg, path).toMatch(new RegExp(`<svg [^>]*width="${widthMm}mm" height="[\\d.]+mm"`));
    }
  });

  it('are whole, stand alone, and hold text as text and no number that is none', () => {
    for (const [path, svg] of drawings) {
      expect(svg, path).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<svg .*<\/svg>\n$/s);
      expect(unclosed(svg), path).toEqual([]);
      expect(svg, path).not.toMatch(/NaN|Infinity|undefined|null/);
      expect(svg.replaceAll('http://www.w3.org/2000/svg', ''), path).not.toMatch(
        /http|href|<script|<style|<image|@font-face|var\(/,
      );
      expect(svg, path).toMatch(/font-family="[^"]*sans-serif"/);
      expect(svg, path).toMatch(
        /<text [^>]*>(iteration|dose|frames|electrons|time|needed|side of a patch|allowed error)/,
      );
    }
  });

  it('look like this', async () => {
    const some = figuresOf(syntheticRecords({ trajectories: 4, dwellTimesNs: [50] }));
    for (const path of ['convergence-iteration-89mm.svg', 'convergence-dose-183mm.svg']) {
      const svg = some.find((file) => file.path === path)?.content;
      // A line per element, so that a difference can be read.
      const lines = String(svg).replaceAll('><', '>\n<');
      await expect(lines).toMatchFileSnapshot(`fixtures/${path}`);
    }
  });

  it('show means and deviations of the records, with the margins', () => {
    const summary = summarise(records);
    const figure = convergenceFigure(figureInput(records, summary), 'iteration');
    if ('undrawable' in figure) throw new Error(figure.undrawable);
    const panels = figure.views[0].chart.panels;
    expect(panels).toHaveLength(summary.groups.length);
    for (const [i, { algorithm, iterations, margins }] of summary.groups.entries()) {
      const { heading, marks = [] } = panels[i] ?? {};
      expect(heading).toBe(algorithm);
      const rules = marks.flatMap((mark) => (mark.kind === 'rule' ? mark.at : []));
      expect(rules).toEqual([margins.workingDistanceUm, margins.stigmator]);
      const [band] = marks.flatMap((mark) => (mark.kind === 'band' ? [mark] : []));
      const [line] = marks.flatMap((mark) =>
        mark.kind === 'line' && mark.width === undefined ? [mark] : [],
      );
      for (const [at, { absWorkingDistanceUm }] of iterations.entries()) {
        const { mean, sd } = absWorkingDistanceUm;
        expect(line?.y[at]).toBeCloseTo(mean, 12);
        expect(band?.high[at]).toBeCloseTo(mean + (sd ?? 0), 12);
        expect(band?.low[at]).toBeCloseTo(Math.max(0, mean - (sd ?? 0)), 12);
      }
    }
  });

  it('are all drawn where the records allow them', () => {
    const names = new Set(namesOf(everything));
    for (const name of [
      ...['convergence-iteration', 'convergence-dose', 'median-iteration', 'median-dose'],
      ...['ecdf-dose', 'targets-success', 'ladder-working-distance', 'timing', 'captions.md'],
      ...['first-step', 'first-step-stigmator-x'],
    ]) {
      expect.soft(names).toContain(name);
    }
    const captions = figuresOf(everything).at(-1)?.content;
    expect(captions).not.toContain('Not drawn');
  });

  it('say what was not drawn, and why', () => {
    expect(files.get('captions.md')).toMatch(
      /## Not drawn\n\n.*\n- First correction against the ideal one: It takes 20 trajectories/s,
    );
    expect(namesOf([])).toEqual(['captions.md']);
  });

  it('leave out where all were right to decline', () => {
    const refusal = handMadeRecord({
      specimen: 'blank',
      outcome: 'declined',
      isBlank: true,
      workingDistancesUm: [10, 10],
    });
    const some = [refusal, handMadeRecord({ workingDistancesUm: [10, 1] })];
    const written = figuresOf(some);
    expect(written.some(({ content }) => String(content).includes('blank'))).toBe(false);
    expect(written.at(-1)?.content).toContain('all trajectories were right to decline');
  });

  it('have the captions of every drawing in one file', () => {
    expect(files.get('captions.md')?.split('\n').slice(0, 7)).toEqual([
      '# Figures',
      '',
      expect.stringMatching(/^## Working distance left after 2 iterations: deepfocus at 50 ns \d/),
      '',
      expect.stringMatching(/^Absolute difference from the true best focus .* \(n = 9\)/),
      '',
      '- `convergence-iteration-89mm.svg`, `convergence-iteration-183mm.svg`',
    ]);
    for (const [path] of drawings) expect(files.get('captions.md')).toContain(`\`${path}\``);
  });

  it('are the same bytes in any order of the records', () => {
    expect(figuresOf(records.toReversed())).toEqual(figuresOf(records));
  });
});

/** Elements that are opened and not closed, or the other way round. */
function unclosed(svg: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = '', selfClosed] of svg.matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)) {
    if (selfClosed === '/') continue;
    if (slash === '') open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return [`</${name}>`];
  }
  return open;
}
