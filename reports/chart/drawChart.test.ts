import { describe, expect, it } from 'vitest';
import { axisTicks } from './axisTicks.ts';
import type { Axis, Chart, Mark } from './Chart.ts';
import { drawChart } from './drawChart.ts';
import { paperTheme, screenTheme } from './Theme.ts';
import { fitText, textWidth } from './textWidth.ts';

const x: Axis = { title: 'dose (e/nm²)', scale: 'log', range: [1, 100] };
const y: Axis = { title: 'inside (%)', scale: 'linear', range: [0, 100] };
const chartOf = (marks: readonly Mark[], changes: Partial<Chart> = {}): Chart => ({
  name: 'a-chart',
  title: 'What it shows',
  legend: [{ label: 'alpha', colour: 's0', symbol: 'circle', dash: 'solid' }],
  columns: 1,
  panels: [{ x, y, marks }],
  ...changes,
});
const draw = (chart: Chart, width = 400) => drawChart(chart, { width, theme: screenTheme });
/** Level texts of a drawing with their left end, baseline and size. */
const textsOf = (svg: string) =>
  [...svg.matchAll(/<text (x=[^>]*)>([^<]*)<\/text>/g)].map(([, attributes = '', text = '']) => {
    const of = (name: string, otherwise: string) =>
      new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1] ?? otherwise;
    const [left, top, size] = [of('x', '0'), of('y', '0'), of('font-size', '12')];
    const anchor = of('text-anchor', 'start');
    const width = textWidth(text, Number(size));
    const shift = { start: 0, middle: -width / 2, end: -width }[anchor] ?? 0;
    return { text, left: Number(left) + shift, top: Number(top), width, height: Number(size) };
  });

describe('drawChart', () => {
  it('draws every kind of mark: the bytes are pinned', async () => {
    const marks: Mark[] = [
      { kind: 'band', x: [1, 100], low: [10, 50], high: [20, 90], colour: 's0' },
      { kind: 'line', x: [1, 10, 100], y: [15, 40, 70], colour: 's0', isStepped: true },
      { kind: 'points', x: [1, 10], y: [15, 40], colour: 's0', symbol: 'circle' },
      { kind: 'points', x: [20], y: [30], colour: 's1', symbol: 'x' },
      { kind: 'points', x: [30], y: [30], colour: 's1', symbol: 'diamond' },
      { kind: 'intervals', along: 'y', at: [10], low: [30], high: [50], colour: 's1' },
      { kind: 'rect', x: [2, 4], y: [60, 90], colour: 'heat', opacity: 0.8, text: '8' },
      { kind: 'rect', x: [5, 9], y: [60, 90], colour: 'bad', hatch: 'crossed' },
      { kind: 'rule', axis: 'y', at: 50, label: 'margin' },
      { kind: 'text', x: 50, y: 20, text: 'a <label>' },
    ];
    const options = { width: 360, theme: paperTheme, isFile: true };
    await expect(drawChart(chartOf(marks), options)).toMatchFileSnapshot('fixtures/everyMark.svg');
  });

  it('has a name for screen readers, and escapes what it is given', () => {
    const svg = draw(chartOf([], { title: '<b>"less"</b>' }));
    expect(svg).toContain('role="img" aria-label="&lt;b&gt;&quot;less&quot;&lt;/b&gt;"');
    expect(svg).not.toContain('<b>');
  });

  it('is no file of its own on a page, and one with a name space and a title for screen readers in a file', () => {
    expect(draw(chartOf([]))).not.toContain('xmlns');
    const file = drawChart(chartOf([]), { width: 300, theme: paperTheme, isFile: true });
    expect(file).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(file).toContain('<title>What it shows</title>');
    expect(file).not.toContain('var(');
  });

  it.each([340, 700, 1200])('lets no two texts cover each other at %i px', (width) => {
    const many = Array.from({ length: 12 }, (_, at) => ({ at, label: `condition ${at}` }));
    const marks = [0, 1, 2, 3].map(
      (at): Mark => ({ kind: 'rule', axis: 'y', at: 40 + 2 * at, label: `margin ${at}` }),
    );
    const svg = draw(
      chartOf(marks, {
        columns: 3,
        panels: [0, 1, 2].map(() => ({
          heading: 'A heading',
          x: { title: 'where', scale: 'linear', range: [-0.5, 11.5], ticks: many },
          y,
          marks,
        })),
      }),
      width,
    );
    const texts = textsOf(svg);
    expect(texts.length).toBeGreaterThan(12);
    for (const [i, p] of texts.entries()) {
      for (const q of texts.slice(i + 1)) {
        const isApart =
          p.left + p.width <= q.left + 1 ||
          q.left + q.width <= p.left + 1 ||
          Math.abs(p.top - q.top) >= Math.min(p.height, q.height) - 1;
        expect(isApart, `${p.text} and ${q.text}`).toBe(true);
      }
    }
  });

  it('stands panels below each other where they would become too narrow', () => {
    const three = chartOf([], { columns: 3, panels: [0, 1, 2].map(() => ({ x, y, marks: [] })) });
    const heightOf = (svg: string) => Number(/height="(\d+)" font/.exec(svg)?.[1]);
    expect(heightOf(draw(three, 360))).toBeGreaterThan(2.5 * heightOf(draw(three, 1200)));
  });

  it('writes the y axis once where panels share it', () => {
    const panels = [0, 1].map(() => ({ x, y, marks: [] }));
    const count = (svg: string) => svg.split('inside (%)').length - 1;
    expect(count(draw(chartOf([], { columns: 2, panels }), 900))).toBe(2);
    expect(count(draw(chartOf([], { columns: 2, panels, sharesY: true }), 900))).toBe(1);
  });

  it('leaves out markers outside, and breaks a line where there is no number', () => {
    const outside = draw(
      chartOf([{ kind: 'points', x: [0.1, 1000], y: [50, 50], colour: 's1', symbol: 'square' }]),
    );
    expect(outside).not.toContain('var(--s1)');
    const line = draw(
      chartOf([{ kind: 'line', x: [1, 2, 4, 8], y: [1, 2, Number.NaN, 3], colour: 's1' }]),
    );
    expect(line).not.toContain('NaN');
    expect(/d="([^"]*)"[^>]*var\(--s1\)/.exec(line)?.[1]?.match(/M/g)).toHaveLength(2);
  });

  it('refuses an axis that cannot be drawn', () => {
    const of = (range: readonly [number, number]) =>
      chartOf([], { panels: [{ x: { ...x, range }, y, marks: [] }] });
    expect(() => draw(of([0, 10]))).toThrow(
      'log axis dose (e/nm²) must have ends above 0. Received 0 and 10',
    );
    expect(() => draw(of([1, Number.NaN]))).toThrow('must have finite ends');
  });
});

describe('axisTicks', () => {
  const labels = (axis: Partial<Axis>, most: number) =>
    axisTicks({ title: '', scale: 'linear', range: [0, 1], ...axis }, most).map((t) => t.label);

  it('are round numbers, in plain writing', () => {
    expect(labels({ range: [0, 1] }, 6)).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1']);
    expect(labels({ range: [-3, 3] }, 5)).toEqual(['−2', '0', '2']);
    expect(labels({ scale: 'log', range: [0.8, 130] }, 9)).toEqual([
      '1',
      '2',
      '5',
      '10',
      '20',
      '50',
      '100',
    ]);
    expect(labels({ scale: 'log', range: [0.001, 1000] }, 9)).toEqual([
      '0.001',
      '0.01',
      '0.1',
      '1',
      '10',
      '100',
      '1000',
    ]);
  });

  it('are those the axis brings, as far as they lie on it', () => {
    const ticks = [0, 1, 2].map((at) => ({ at, label: `level ${at}` }));
    expect(labels({ range: [1.5, -0.5], ticks }, 2)).toEqual(['level 0', 'level 1']);
  });
});

describe('fitText', () => {
  it('breaks between words and ends in an ellipsis where there is too much', () => {
    expect(fitText('one two three', 64, 12, 3)).toEqual(['one two', 'three']);
    expect(fitText('one two three fourteen', 64, 12, 2)).toEqual(['one two', 'three…']);
    expect(fitText('immeasurable', 40, 12, 2)).toEqual([expect.stringMatching(/^imm.*…$/)]);
  });
});
