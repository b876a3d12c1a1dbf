import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { summarise } from '../summary/index.ts';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { syntheticRecords } from '../testing/syntheticRecords.ts';
import { pageScript } from './asset.ts';
import { htmlReport } from './htmlReport.ts';

const source = pageScript();

interface Axis {
  readonly range?: readonly number[];
  readonly autorange?: boolean;
  readonly title?: { readonly text: string };
}
interface Drawn {
  readonly traces: readonly { x?: (number | null)[]; y?: (number | null)[] }[];
  readonly layout: Readonly<Record<string, unknown>>;
}

const axisOf = (drawn: Drawn | undefined, name: string) => drawn?.layout[name] as Axis | undefined;

/** Runs the page's script against the smallest page it can live in, and keeps what it makes. */
function openPage(records: Parameters<typeof summarise>[0], width = 1200) {
  const html = htmlReport({
    records,
    summary: summarise(records),
    title: 'A title',
    images: new Map(),
    provenance: {},
  });
  const json = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  const drawn: Drawn[] = [];
  const saved: { name: string; text: string }[] = [];
  const scripts: string[] = [];
  const listeners: [string, (event: unknown) => void][] = [];
  class Element {
    closest(): null {
      return null;
    }
  }
  class HTMLButtonElement extends Element {
    dataset: Record<string, string> = {};
    setAttribute(): void {}
  }
  const details = { open: false };
  const listen = (name: string, listener: (event: unknown) => void) =>
    listeners.push([name, listener]);
  const fire = (wanted: string, event: unknown = {}) => {
    for (const [name, listener] of listeners) if (name === wanted) listener(event);
  };
  const texts = new Map([
    ['report-data', json],
    ['plotly-source', 'the library'],
  ]);
  const canvas = { clientWidth: width, className: '', closest: () => details };
  const window = {
    innerWidth: width,
    addEventListener: listen,
    matchMedia: () => ({ addEventListener: listen }),
    Plotly: undefined as unknown,
  };
  runInNewContext(source, {
    document: {
      title: 'A title',
      querySelectorAll: () => [],
      getElementById: (id: string) =>
        id === 'figure-trajectories'
          ? canvas
          : texts.has(id)
            ? { textContent: texts.get(id) }
            : null,
      querySelector: () => ({ addEventListener: listen }),
      addEventListener: listen,
      documentElement: { dataset: {} },
      createElement: (tag: string) => (tag === 'a' ? { click: () => {} } : { textContent: '' }),
      head: {
        append: (script: { textContent: string }) => {
          scripts.push(script.textContent);
          window.Plotly = {
            react: (_: unknown, traces: Drawn['traces'], layout: Drawn['layout']) =>
              drawn.push({ traces, layout }),
          };
        },
      },
    },
    window,
    Blob: class {
      constructor([text = '']: string[]) {
        saved.push({ name: '', text });
      }
    },
    URL: { createObjectURL: () => 'blob:', revokeObjectURL: () => {} },
    getComputedStyle: () => ({ getPropertyValue: () => ' #336699' }),
    setTimeout: (task: () => void) => task(),
    Element,
    HTMLButtonElement,
  });
  const click = (dataset: Record<string, string>) => {
    const target = new HTMLButtonElement();
    target.dataset = dataset;
    fire('click', { target });
  };
  const explore = () => {
    details.open = true;
    fire('toggle');
  };
  return { drawn, saved, scripts, click, explore, failed: () => canvas.className !== '' };
}

function expectDrawable({ traces, layout }: Drawn): void {
  for (const name of Object.keys(layout).filter((key) => /^[xy]axis/.test(key))) {
    const { range = [] } = (layout[name] as Axis | undefined) ?? {};
    for (const end of range) expect(Number.isFinite(end), name).toBe(true);
  }
  for (const { x = [], y = [] } of traces) {
    expect(x.length).toBe(y.length);
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
  it.each([1200, 380])('draws every trajectory when asked, at %i px', (width) => {
    const { drawn, explore, failed } = openPage(records, width);
    explore();
    expect(failed()).toBe(false);
    expect(drawn).toHaveLength(1);
    drawn.forEach(expectDrawable);
  });
});

describe('the page', () => {
  const records = syntheticRecords({ trajectories: 2 });

  it('reads the plotting library when trajectories are opened, once', () => {
    const { scripts, explore } = openPage(records);
    expect(scripts).toEqual([]);
    explore();
    explore();
    expect(scripts).toEqual(['the library']);
  });

  it('switches the residuals to their full range and back', () => {
    const { drawn, explore, click } = openPage(records);
    explore();
    const isFull = () => axisOf(drawn.at(-1), 'yaxis')?.autorange === true;
    click({ toggle: 'trajectories' });
    expect(isFull()).toBe(true);
    click({ toggle: 'trajectories' });
    expect(isFull()).toBe(false);
  });

  it('titles its axes with units', () => {
    const { drawn, explore } = openPage(records, 380);
    explore();
    expect(axisOf(drawn[0], 'yaxis')?.title?.text).toBe('working distance (µm)');
    expect(axisOf(drawn[0], 'xaxis')?.title?.text).toBe('iteration');
  });

  it('stacks its panels on a narrow screen', () => {
    const height = (width: number) => {
      const { drawn, explore } = openPage(records, width);
      explore();
      return Number(drawn[0]?.layout.height);
    };
    expect(height(380)).toBeGreaterThan(1.8 * height(1200));
  });

  it('hands out a table with every row of every trajectory', () => {
    const { saved, click } = openPage(records);
    click({ download: 'csv' });
    const [header = '', ...rows] = (saved[0]?.text ?? '').trimEnd().split('\n');
    expect(rows).toHaveLength(records.flatMap(({ iterations }) => iterations).length);
    expect(header.split(',').slice(-15, -11)).toEqual([
      'iteration',
      'residualWorkingDistanceUm',
      'residualStigmatorX',
      'residualStigmatorY',
    ]);
    const last = records.find(({ scenario }) => scenario.algorithm.name === 'deepfocus');
    const field = header.split(',').indexOf('residualWorkingDistanceUm');
    const own = rows.filter((row) => row.includes(last?.key ?? '-'));
    expect(Number(own[0]?.split(',')[field])).toBeCloseTo(
      last?.scenario.start.workingDistanceUm ?? 0,
      4,
    );
  });

  it('is one script whose modules have no name in common', () => {
    expect(source).not.toMatch(/^(?:import|export)\b/m);
    const names = [...source.matchAll(/^(?:async )?(?:const|let|function) (\w+)/gm)].map(
      ([, name]) => name,
    );
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('hands out the summary', () => {
    const { saved, click } = openPage(records);
    click({ download: 'json' });
    expect(JSON.parse(saved[0]?.text ?? '')).toEqual(
      JSON.parse(JSON.stringify(summarise(records))),
    );
  });
});
