import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encode } from 'fast-png';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { htmlReport, type PreviewPngs, summarise } from '../../reports/index.ts';
import { syntheticRecords } from '../../reports/testing/syntheticRecords.ts';
import { atRest } from './testing/atRest.ts';
import { barriers, lookAt, looks, overflowPx } from './testing/barriers.ts';
import { openBrowser } from './testing/openBrowser.ts';
import { type PageLog, watchPage } from './testing/watchPage.ts';

let folder: string;
let browser: Browser;
let address: string;
let page: Page;
let log: PageLog;

/** Three algorithms at two dwell times; iterations say what was corrected, and how sure that is. */
const records = syntheticRecords({ trajectories: 9 }).map(
  (record): TrajectoryRecord => ({
    ...record,
    iterations: record.iterations.map((row, i) =>
      i === 0
        ? row
        : {
            ...row,
            correction: { workingDistanceUm: -7.25, stigmatorX: 1.5, stigmatorY: -2 },
            correctionSd: { workingDistanceUm: 0.125, stigmatorX: 0.03, stigmatorY: 0.04 },
          },
    ),
  }),
);
const failed = records.filter(({ failureClass }) => failureClass !== undefined);

async function write(name: string, of: readonly TrajectoryRecord[]): Promise<string> {
  const png = (grey: number) =>
    encode({ width: 480, height: 360, data: new Uint8Array(480 * 360).fill(grey), channels: 1 });
  const files: PreviewPngs = { before: png(40), after: png(120), inFocus: png(200) };
  const html = htmlReport({
    records: of,
    summary: summarise(of),
    title: 'For its readers',
    images: new Map(of.map(({ key }) => [key, files])),
    provenance: { semfocus: 'test' },
  });
  const file = join(folder, name);
  await writeFile(file, html);
  return pathToFileURL(file).href;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  browser = await openBrowser();
  address = await write('report.html', records);
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
  log = watchPage(page);
  await page.goto(address);
});
afterEach(async () => {
  expect(log).toEqual({ requests: [], complaints: [] });
  await page.close();
});

const bar = () => page.locator('#filters');
const meanDrawing = () => page.locator('#figure-mean .wide > svg');
/** Of the drawing of means: how many of its parts are there, and how many are shown. */
async function parts(selector: string): Promise<readonly [all: number, shown: number]> {
  const all = meanDrawing().locator(selector);
  const shown = await all.evaluateAll(
    (each) => each.filter((one) => one.getBoundingClientRect().width > 0).length,
  );
  return [await all.count(), shown];
}
const shownRows = (table: Locator) =>
  table
    .locator('tbody tr:not(.condition)')
    .evaluateAll((all) =>
      all.filter((one) => one.checkVisibility()).map((row) => row.children[0]?.textContent ?? ''),
    );
const headlineRows = () => shownRows(page.locator('table.headline').first());
const list = () => page.locator('#trajectory-list tbody tr');
async function openList(): Promise<void> {
  await page.locator('#trajectories').scrollIntoViewIfNeeded();
  await list().first().waitFor();
}

describe('filters of a report', () => {
  it('hide an algorithm in tables, figures and cards, and say so in the address', async () => {
    expect(await headlineRows()).toHaveLength(6);
    const before = await parts('.panel [data-series="2"]');
    expect(before[1]).toBe(before[0]);
    await bar().getByLabel('mapfost').uncheck();
    expect(new Set(await headlineRows())).toEqual(new Set(['deepfocus', 'deepscore-simplex']));
    expect((await parts('.panel [data-series="2"]'))[1]).toBe(0);
    expect((await parts('.panel [data-series="0"]'))[1]).toBeGreaterThan(0);
    const cards = page.locator('.gallery .card h4');
    for (const card of await cards.all()) {
      const text = (await card.textContent()) ?? '';
      expect(await card.isVisible(), text).toBe(!text.startsWith('mapfost'));
    }
    expect(new URL(page.url()).hash).toBe('#without=mapfost');
    await bar().getByRole('button', { name: 'Show all' }).click();
    expect(await headlineRows()).toHaveLength(6);
    expect(new URL(page.url()).hash).toBe('');
  });

  it('hide panels of other conditions, and move up those that are left', async () => {
    const panels = meanDrawing().locator('.row').first().locator('.panel');
    const left = async (index: number) => (await panels.nth(index).boundingBox())?.x ?? 0;
    const [first, second] = [await left(0), await left(1)];
    expect(second).toBeGreaterThan(first + 100);
    await bar().getByRole('combobox', { name: 'condition' }).selectOption({ label: '200 ns' });
    expect(await panels.first().isVisible()).toBe(false);
    expect(Math.abs((await left(1)) - first)).toBeLessThan(12);
    expect(await headlineRows()).toHaveLength(3);
  });

  it('by outcome hold for single trajectories, not for statistics', async () => {
    await bar().getByRole('combobox', { name: 'outcome' }).selectOption('failure');
    expect(await headlineRows()).toHaveLength(6);
    await openList();
    expect(await list().count()).toBe(failed.length);
    expect(await bar().locator('.note').textContent()).toContain('are of all outcomes');
    const shown = page.locator('.gallery .card:visible');
    expect(await shown.count()).toBeGreaterThan(0);
    for (const words of await shown.evaluateAll((all) =>
      all.map((one) => (one as HTMLElement).dataset.outcome),
    )) {
      expect(words).toMatch(/ failure$/);
    }
  });

  it('are restored from the address', async () => {
    await page.goto(`${address}#without=deepfocus&condition=50+ns&outcome=missed`);
    await page.reload();
    expect(new Set(await headlineRows())).toEqual(new Set(['deepscore-simplex', 'mapfost']));
    expect(await bar().getByRole('combobox', { name: 'outcome' }).inputValue()).toBe('missed');
    expect(await bar().getByLabel('deepfocus').isChecked()).toBe(false);
    await openList();
    const missed = records.filter(
      ({ outcome, scenario }) =>
        outcome === 'missed' &&
        scenario.frame.dwellTimeNs === 50 &&
        scenario.algorithm.name !== 'deepfocus',
    );
    expect(await list().count()).toBe(missed.length);
  });

  it('are toggled by legends, with mouse and keyboard', async () => {
    const entry = meanDrawing().getByRole('button', { name: 'deepfocus' });
    expect(await entry.getAttribute('aria-pressed')).toBe('true');
    await entry.click();
    expect(await entry.getAttribute('aria-pressed')).toBe('false');
    expect(await entry.getAttribute('opacity')).toBe('0.2');
    expect(await bar().getByLabel('deepfocus').isChecked()).toBe(false);
    expect((await parts('.panel [data-series="0"]'))[1]).toBe(0);
    await entry.press('Enter');
    expect(await entry.getAttribute('aria-pressed')).toBe('true');
    expect((await parts('.panel [data-series="0"]'))[1]).toBeGreaterThan(0);
  });

  it('leave nothing of what is hidden in an exported drawing', async () => {
    await meanDrawing().getByRole('button', { name: 'deepfocus' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('[data-export=mean][data-format=svg]').click(),
    ]);
    const svg = await readFile(await download.path(), 'utf8');
    expect(svg).toContain('data-series="1"');
    expect(svg.match(/data-series="0"/g)).toHaveLength(1);
    expect(svg).toMatch(/data-series="0"[^>]*opacity="0.2"/);
  });

  it('hold on paper', async () => {
    await bar().getByLabel('mapfost').uncheck();
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 718, height: 1000 });
    expect(new Set(await headlineRows())).toEqual(new Set(['deepfocus', 'deepscore-simplex']));
    expect(await bar().locator('.note').isVisible()).toBe(true);
    expect(await bar().getByRole('combobox').first().isVisible()).toBe(false);
    expect(await page.locator('.pair img').first().isVisible()).toBe(true);
    expect(await overflowPx(page)).toBe(0);
  });
});

describe('the first screen', () => {
  it('has the table, the convergence, and a pair of frames that enlarges', async () => {
    const bottomOf = async (selector: string) => {
      const box = await page.locator(selector).first().boundingBox();
      return (box?.y ?? 0) + (box?.height ?? 0);
    };
    // A window and one scroll.
    expect(await bottomOf('table.headline')).toBeLessThan(1300);
    expect(await bottomOf('#figure-mean .wide .row')).toBeLessThan(1800);
    expect(await bottomOf('.pair img:last-of-type')).toBeLessThan(1800);
    await page.locator('.pair .enlarge').click();
    const frames = page.locator('dialog.lightbox img');
    expect(await frames.count()).toBe(2);
    expect((await frames.first().boundingBox())?.width).toBe(480);
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').count()).toBe(0);
  });
});

describe('trajectories of a report', () => {
  const [searched] = failed;
  if (searched === undefined) throw new Error('none of the records failed');

  it('are found by key, and by words of algorithm and outcome', async () => {
    await openList();
    expect(await page.locator('#found').textContent()).toBe('54 of 54 trajectories');
    const search = page.getByRole('searchbox');
    await search.fill(searched.key.slice(0, 10));
    expect(await list().count()).toBe(1);
    await search.fill('MAPFOST diverged');
    const found = records.filter(
      ({ scenario, outcome }) => scenario.algorithm.name === 'mapfost' && outcome === 'diverged',
    );
    expect(await list().count()).toBe(found.length);
    await search.fill('nothing is called that');
    expect(await list().count()).toBe(0);
  });

  it('are sorted by any column', async () => {
    await openList();
    const ends = () =>
      list()
        .locator('td:nth-child(6)')
        .evaluateAll((all) => all.map((one) => Number(one.textContent)));
    const head = page.locator('#trajectory-list th', { hasText: '|wd|' });
    await head.click();
    const ascending = await ends();
    expect(ascending).toEqual(ascending.toSorted((p, q) => p - q));
    await head.click();
    expect(await ends()).toEqual(ascending.toReversed());
  });

  it('each have a page, which is stepped through', async () => {
    await openList();
    await page.getByRole('searchbox').fill(searched.key.slice(0, 10));
    await list().first().click();
    const view = page.locator('#trajectory');
    await view.waitFor();
    expect(await page.locator('#headline').isVisible()).toBe(false);
    expect(new URL(page.url()).hash).toBe(`#trajectory=${searched.key.slice(0, 16)}`);
    const at = () => view.locator('output').textContent();
    const now = () => view.locator('dl.now').textContent();
    expect(await at()).toBe('iteration 0, the start');
    await view.getByRole('button', { name: 'Step on' }).click();
    expect(await at()).toContain('iteration 1');
    expect(await now()).toContain('−7.25 µm; +1.50, −2.00');
    expect(await now()).toContain('± 0.125 µm; 0.0300, 0.0400');
    expect(await view.locator('tr[aria-current=step] th').textContent()).toBe('1');
    expect(await view.locator('.plane circle[r="5"]').count()).toBe(5);
    await view.getByRole('heading').first().click();
    await page.keyboard.press('ArrowLeft');
    expect(await at()).toBe('iteration 0, the start');
    const last = searched.iterations.length - 1;
    await view.getByRole('slider').fill(String(last));
    expect(await at()).toBe(`iteration ${searched.iterations.at(-1)?.iteration}, the end`);
    expect(await view.locator('tbody tr').count()).toBe(searched.iterations.length);
    await page.goBack();
    await page.locator('#headline').waitFor();
    expect(await view.isVisible()).toBe(false);
    // Where it was left.
    expect(await list().first().isVisible()).toBe(true);
    expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(500);
  });

  it('are led to by cards with their frames, which the page shows as well', async () => {
    await page.locator('.gallery .card .every').first().click();
    await page.locator('#trajectory .kept img').first().waitFor();
    expect(await page.locator('#trajectory .kept img').count()).toBe(3);
    // The first was taken at the start.
    const kept = page.locator('#trajectory .kept');
    expect(await kept.getAttribute('data-at')).toBe('start');
    await page.keyboard.press('ArrowRight');
    expect(await kept.getAttribute('data-at')).toBe('between');
    const heading = await page.locator('#trajectory h2').textContent();
    await page.getByRole('link', { name: 'next' }).click();
    await expect.poll(() => page.locator('#trajectory h2').textContent()).not.toBe(heading);
    await page.getByRole('link', { name: 'All trajectories' }).click();
    await list().first().waitFor();
    await expect
      .poll(async () => (await page.locator('#trajectories').boundingBox())?.y ?? -1)
      .toBeLessThan(200);
  });

  it('let no text of a record become markup', async () => {
    const evil = `<img src=x onerror="document.title='run'">`;
    const strange = records.slice(0, 2).map((record) => ({
      ...record,
      message: evil,
      scenario: {
        ...record.scenario,
        stratum: evil,
        algorithm: { ...record.scenario.algorithm, name: evil },
      },
      iterations: record.iterations.map((row) => ({ ...row, declined: evil })),
    }));
    await page.goto(await write('evil.html', strange));
    await openList();
    expect(await list().first().textContent()).toContain(evil);
    await list().first().click();
    const view = page.locator('#trajectory');
    await view.getByRole('button', { name: 'Step on' }).click();
    // All that is shown of it are the frames that were kept.
    expect(await view.locator('img').count()).toBe(3);
    expect(await view.locator('dl.now').textContent()).toContain(`declined: ${evil}`);
    expect(await page.title()).toBe('For its readers');
  });

  it.each(looks)('have pages without barriers that fit, $name', async (look) => {
    await page.goto(`${address}#trajectory=${searched.key.slice(0, 16)}`);
    await lookAt(page, look);
    expect(await barriers(page)).toEqual([]);
    expect(await overflowPx(page)).toBe(0);
  });
});

describe('without scripts', () => {
  it('all is shown, the pair leads to its card, and the list says what it needs', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(address);
    expect(await plain.locator('#filters').isVisible()).toBe(false);
    expect(await plain.locator('#search').isVisible()).toBe(false);
    expect(await plain.locator('#trajectories').textContent()).toContain('need scripts');
    await plain.locator('.pair .enlarge').click();
    const id = new URL(plain.url()).hash;
    expect(await plain.locator(id).locator('img').count()).toBe(3);
    await context.close();
  });
});

describe('a report of many algorithms', () => {
  const suffixes = [
    '',
    '-a-rather-long-name-of-a-network-384',
    '-published',
    '-with-another-suffix',
  ];
  let many: string;
  beforeAll(async () => {
    many = await write(
      'many.html',
      syntheticRecords({ trajectories: 6, dwellTimesNs: [50, 100, 200], suffixes }),
    );
  });

  it('has a menu of them, which shows one alone', async () => {
    await page.goto(many);
    const menu = bar().locator('.menu');
    await menu.locator('summary').click();
    await menu.getByRole('button', { name: 'only mapfost', exact: true }).click();
    expect(await menu.locator('.count').textContent()).toBe('1 of 12');
    expect(new Set(await headlineRows())).toEqual(new Set(['mapfost']));
    await page.keyboard.press('Escape');
    expect(await menu.locator('.choices').isVisible()).toBe(false);
  });

  it.each([1300, 700, 390])('has labels that never collide at %i px', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(many);
    await page.evaluate(() => {
      for (const fold of document.querySelectorAll<HTMLDetailsElement>('figure details'))
        fold.open = true;
    });
    await atRest(page);
    const views = await page.evaluate(collisions);
    expect(views.drawings).toBeGreaterThan(10);
    expect(views.found).toEqual([]);
  });
});

/** In the page: pairs of texts of a drawing that overlap, in every view; and texts that leave their drawing. */
function collisions(): { drawings: number; found: string[] } {
  const found: string[] = [];
  const seen = new Set<Element>();
  for (let tab = 0; tab < 4; tab++) {
    for (const views of document.querySelectorAll('.views')) {
      const radio = views.querySelectorAll<HTMLInputElement>('.tab')[tab];
      if (radio) radio.checked = true;
    }
    for (const drawing of document.querySelectorAll<SVGSVGElement>('main .panes svg')) {
      const outer = drawing.getBoundingClientRect();
      if (outer.width === 0 || seen.has(drawing)) continue;
      seen.add(drawing);
      const texts = [...drawing.querySelectorAll('text')]
        .map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0);
      // A line of text is higher than its letters.
      const slack = (0.2 * 12 * outer.width) / drawing.viewBox.baseVal.width;
      for (const [i, { text, box }] of texts.entries()) {
        if (box.left < outer.left - 1 || box.right > outer.right + 1) found.push(`${text} leaves`);
        for (const { text: other, box: q } of texts.slice(i + 1)) {
          const overlaps =
            box.left < q.right &&
            q.left < box.right &&
            box.top + slack < q.bottom - slack &&
            q.top + slack < box.bottom - slack;
          if (overlaps) found.push(`${drawing.closest('figure')?.id}: ${text} / ${other}`);
        }
      }
    }
  }
  return { drawings: seen.size, found };
}
