import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { summarise } from '../summarise.ts';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { syntheticRecords } from '../testing/syntheticRecords.ts';
import { htmlReport } from './htmlReport.ts';

const source = readFileSync(new URL('./report.js', import.meta.url), 'utf8');

interface Axis {
  readonly type?: string;
  readonly range?: readonly number[];
  readonly title?: { readonly text: string };
}
interface Drawn {
  readonly canvas: string;
  readonly traces: readonly { x?: (number | null)[]; y?: (number | null)[] }[];
  readonly layout: Readonly<Record<string, unknown>>;
}

const axisOf = (drawn: Drawn | undefined, name: string) => drawn?.layout[name] as Axis | undefined;

/** Runs the page's script against the smallest page it can live in, and keeps what it draws. */
function openPage(records: Parameters<typeof summarise>[0], width: number) {
  const html = htmlReport({
    records,
    summary: summarise(records),
    title: 't',
    images: new Map(),
    provenance: {},
  });
  const json = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  const drawn: Drawn[] = [];
  const listeners = new Map<string, (event: unknown) => void>();
  class HTMLButtonElement {
    dataset: Record<string, string> = {};
    setAttribute(): void {}
  }
  const listen = (name: string, listener: (event: unknown) => void) =>
    listeners.set(name, listener);
  const element = (id: string) => ({ id, clientWidth: width, textContent: json, className: '' });
  const errors: ReturnType<typeof element>[] = [];
  runInNewContext(source, {
    document: {
      getElementById: (id: string) => {
        const found = element(id);
        if (id.startsWith('figure-')) errors.push(found);
        return found;
      },
      addEventListener: listen,
      documentElement: { dataset: {} },
    },
    window: {
      innerWidth: width,
      addEventListener: listen,
      matchMedia: () => ({ addEventListener: listen }),
      Plotly: {
        react: (canvas: { id: string }, traces: Drawn['traces'], layout: Drawn['layout']) =>
          drawn.push({ canvas: canvas.id, traces, layout }),
      },
    },
    getComputedStyle: () => ({ getPropertyValue: () => ' #336699' }),
    setTimeout: (task: () => void) => task(),
    HTMLButtonElement,
  });
  const click = (dataset: Record<string, string>) => {
    const target = new HTMLButtonElement();
    target.dataset = dataset;
    listeners.get('click')?.({ target });
  };
  return { html, drawn, click, failures: () => errors.filter(({ className }) => className !== '') };
}

function expectDrawable(drawn: Drawn): void {
  const { traces, layout } = drawn;
  for (const name of Object.keys(layout).filter((key) => /^[xy]axis/.test(key))) {
    const { range = [] } = axisOf(drawn, name) ?? {};
    for (const end of range) expect(Number.isFinite(end), name).toBe(true);
  }
  for (const { x = [], y = [] } of traces) {
    expect(x.length === y.length || y.length === 1).toBe(true);
    for (const value of [...x, ...y]) {
      expect(value === null || Number.isFinite(value)).toBe(true);
    }
  }
}

describe.each([
  ['two conditions', syntheticRecords({ trajectories: 4 })],
  ['one condition', syntheticRecords({ trajectories: 3, dwellTimesNs: [50] })],
  [
    'eight conditions',
    syntheticRecords({ trajectories: 2, presets: ['a', 'b'], specimens: ['c', 'd'] }),
  ],
  ['a perfect algorithm', [handMadeRecord({ workingDistancesUm: [9, 0, 0] })]],
])('the page with %s', (_, records) => {
  it.each([1200, 380])('draws every figure at %i px', (width) => {
    const { drawn, failures } = openPage(records, width);
    expect(failures()).toEqual([]);
    expect(drawn.map(({ canvas }) => canvas)).toEqual([
      'figure-convergence',
      'figure-dose',
      'figure-trajectories',
      'figure-time',
      'figure-outcomes',
    ]);
    drawn.forEach(expectDrawable);
  });
});

describe('the page', () => {
  const records = syntheticRecords({ trajectories: 2 });

  it('switches the residuals to a logarithmic axis and back', () => {
    const { drawn, click } = openPage(records, 1200);
    const typeOf = () => axisOf(drawn.at(-1), 'yaxis')?.type;
    click({ toggle: 'convergence' });
    expect(typeOf()).toBe('log');
    expectDrawable(drawn.at(-1) as Drawn);
    click({ toggle: 'convergence' });
    expect(typeOf()).toBeUndefined();
  });

  it('titles its axes with units', () => {
    const [convergence, dose] = openPage(records, 380).drawn;
    expect(axisOf(convergence, 'yaxis')?.title?.text).toBe('|working distance| (µm)');
    expect(axisOf(convergence, 'xaxis')?.title?.text).toBe('iteration');
    expect(axisOf(dose, 'xaxis')?.title?.text).toBe('mean dose since the start (e/nm²)');
    expect(axisOf(dose, 'xaxis')?.type).toBe('log');
  });

  it('stacks its panels on a narrow screen', () => {
    const height = (width: number) => Number(openPage(records, width).drawn[0]?.layout.height);
    expect(height(380)).toBeGreaterThan(1.8 * height(1200));
  });
});
