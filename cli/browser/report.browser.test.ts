import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { htmlReport, summarise } from '../../reports/index.ts';
import { syntheticRecords } from '../../reports/testing/syntheticRecords.ts';
import { inProcess } from '../testing/inProcess.ts';
import { writeSuite } from '../testing/tinySuite.ts';
import { atRest } from './testing/atRest.ts';
import { barriers, lookAt, looks, overflowPx } from './testing/barriers.ts';
import { openBrowser } from './testing/openBrowser.ts';
import { type PageLog, watchPage } from './testing/watchPage.ts';

let folder: string;
let browser: Browser;
let records: TrajectoryRecord[];
let page: Page;
let log: PageLog;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  browser = await openBrowser();
  const suite = await writeSuite(folder, 'tiny');
  const ran = await inProcess('run', suite, '--out', join(folder, 'run'), '--workers', '1');
  expect(ran).toMatchObject({ code: 0 });
  const lines = (await readFile(join(folder, 'run', 'records.jsonl'), 'utf8')).trim().split('\n');
  records = lines.map((line) => JSON.parse(line));
  page = await browser.newPage({ acceptDownloads: true });
  log = watchPage(page);
  await page.goto(pathToFileURL(join(folder, 'run', 'report.html')).href);
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

/** Every fold opened, so that what is inside is drawn and looked at as well. */
async function unfold(target: Page): Promise<void> {
  await target.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true;
  });
  await atRest(target);
}

/** Names of figures that show neither a drawing of some size nor why there is none. */
function notDrawn(target: Page): Promise<string[]> {
  return target.evaluate(() =>
    [...document.querySelectorAll('figure.plot')].flatMap((figure) => {
      const isSeen = ({ width, height }: DOMRect) => width > 100 && height > 60;
      const drawings = [...figure.querySelectorAll('svg:not(.swatch), .undrawable')];
      return drawings.some(
        (one) => one.matches('.undrawable') || isSeen(one.getBoundingClientRect()),
      )
        ? []
        : [figure.id || (figure.querySelector('h3')?.textContent ?? 'without a name')];
    }),
  );
}

describe('the report of a run, opened from the disk', () => {
  it('loads nothing and complains about nothing', () => {
    expect(log).toEqual({ requests: [], complaints: [] });
  });

  it('draws every figure', async () => {
    await unfold(page);
    expect(await page.locator('figure.plot').count()).toBeGreaterThan(8);
    expect(await notDrawn(page)).toEqual([]);
    await page.locator('#figure-trajectories .plot-container').waitFor();
    expect(log).toEqual({ requests: [], complaints: [] });
  });

  it('shows the numbers of the records', async () => {
    const algorithms = [...new Set(records.map(({ scenario }) => scenario.algorithm.name))];
    const rows = await page
      .locator('table.headline')
      .first()
      .locator('tbody tr:not(.condition)')
      .evaluateAll((all) =>
        all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
      );
    const counted = algorithms.sort().map((name) => {
      const own = records.filter(({ scenario }) => scenario.algorithm.name === name);
      const converged = own.filter(({ outcome }) => outcome === 'converged').length;
      return [name, String(own.length), Math.round((100 * converged) / own.length)];
    });
    const shown = rows.map(([name, n, success = '']) => [name, n, Number(success.split('[')[0])]);
    expect(shown.sort()).toEqual(counted.sort());
    expect(
      await page.evaluate(
        () => JSON.parse(document.querySelector('#report-data')?.textContent ?? '{}').summary,
      ),
    ).toEqual(JSON.parse(JSON.stringify(summarise(records))));
  });

  it('sorts the headline by a column, and the other way round', async () => {
    const table = page.locator('table.headline').first();
    const head = table.locator('th', { hasText: 'compute' });
    const values = async () =>
      table
        .locator('tbody')
        .first()
        .locator('tr:not(.condition) td:last-child')
        .evaluateAll((all) => all.map((cell) => Number((cell as HTMLElement).dataset.value)));
    const ascending = (await values()).sort((p, q) => p - q);
    await head.click();
    expect([await values(), await head.getAttribute('aria-sort')]).toEqual([
      ascending,
      'ascending',
    ]);
    await head.press('Enter');
    expect([await values(), await head.getAttribute('aria-sort')]).toEqual([
      ascending.toReversed(),
      'descending',
    ]);
  });

  it('shows the frames that were kept', async () => {
    const images = page.locator('#frames img');
    expect(await images.count()).toBeGreaterThanOrEqual(3);
    const widths = await images.evaluateAll((all) =>
      all.map((image) => (image as HTMLImageElement).naturalWidth),
    );
    expect(widths.every((width) => width > 100)).toBe(true);
  });

  it('changes the view of a figure by keyboard', async () => {
    const group = page.locator('[role=radiogroup]').first();
    const radios = group.locator('input[type=radio]');
    const seen = () =>
      group.locator('.pane').evaluateAll((all) => all.map((one) => one.checkVisibility()));
    await radios.first().focus();
    const before = await seen();
    await page.keyboard.press('ArrowRight');
    const after = await seen();
    expect(before.filter(Boolean)).toHaveLength(1);
    expect(after.filter(Boolean)).toHaveLength(1);
    expect(after).not.toEqual(before);
    await page.keyboard.press('ArrowLeft');
  });

  it('hands out figures and numbers', async () => {
    const save = async (selector: string): Promise<Buffer> => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator(selector).first().click(),
      ]);
      return readFile(await download.path());
    };
    const svg = (await save('[data-export][data-format=svg]')).toString('utf8');
    expect(svg).toMatch(/^<svg xmlns/);
    expect(svg).not.toContain('var(--');
    const png = await save('[data-export][data-format=png]');
    expect([...png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    const csv = (await save('[data-download=csv]')).toString('utf8').trim().split('\n');
    expect(csv).toHaveLength(
      1 + records.reduce((sum, { iterations }) => sum + iterations.length, 0),
    );
    for (const { key } of records) expect(csv.some((line) => line.includes(key))).toBe(true);
  });

  it.each(looks)('has no barriers and fits, $name', async (look) => {
    await lookAt(page, look);
    expect(await barriers(page)).toEqual([]);
    expect(await overflowPx(page)).toBe(0);
    expect(await notDrawn(page)).toEqual([]);
  });

  it('says the same without scripts', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(page.url());
    expect(await plain.locator('table.headline').first().isVisible()).toBe(true);
    expect(await plain.locator('figure.plot svg:not(.swatch)').first().isVisible()).toBe(true);
    await context.close();
  });
});

describe('a report of 2,000 trajectories', () => {
  it('draws every figure, without complaint', async () => {
    const many = syntheticRecords({ trajectories: 167, dwellTimesNs: [50, 100, 200, 400] });
    expect(many.length).toBeGreaterThan(2000);
    const html = htmlReport({
      records: many,
      summary: summarise(many),
      title: 'Synthetic',
      images: new Map(),
      provenance: { semfocus: 'test' },
    });
    const file = join(folder, 'many.html');
    await writeFile(file, html);
    const big = await browser.newPage();
    const bigLog = watchPage(big);
    await big.goto(pathToFileURL(file).href);
    await unfold(big);
    expect(await notDrawn(big)).toEqual([]);
    await big.locator('#figure-trajectories .plot-container').waitFor();
    expect(bigLog).toEqual({ requests: [], complaints: [] });
    await big.close();
  });
});
