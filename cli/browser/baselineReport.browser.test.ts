import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encode } from 'fast-png';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateGate, loadGateRules, type RunEvidence } from '../../harness/gate/index.ts';
import { syntheticRun } from '../../harness/gate/testing/syntheticRun.ts';
import { htmlReport, type PreviewPngs, summarise } from '../../reports/index.ts';
import { barriers, lookAt, looks, overflowPx } from './testing/barriers.ts';
import { openBrowser } from './testing/openBrowser.ts';
import { type PageLog, watchPage } from './testing/watchPage.ts';

let folder: string;
let browser: Browser;
let page: Page;
let log: PageLog;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  browser = await openBrowser();
  const base = syntheticRun({ places: 4 });
  const candidate = syntheticRun({ places: 4, lost: 0.5, modelSha256: 'bb'.repeat(32) });
  const gate = evaluateGate(base, candidate, await loadGateRules(), {
    resampling: { seed: 1, resamples: 200 },
  });
  const html = htmlReport({
    records: candidate.records,
    summary: summarise(candidate.records),
    title: 'Against a baseline',
    images: picturesOf(candidate, 90),
    provenance: { semfocus: 'test' },
    baseline: { gate, records: base.records, images: picturesOf(base, 160) },
  });
  const file = join(folder, 'report.html');
  await writeFile(file, html);
  page = await browser.newPage();
  log = watchPage(page);
  await page.goto(pathToFileURL(file).href);
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

/** The same frames before and in focus, others after. */
function picturesOf({ records }: RunEvidence, after: number): Map<string, PreviewPngs> {
  const png = (grey: number) =>
    encode({ width: 480, height: 360, data: new Uint8Array(480 * 360).fill(grey), channels: 1 });
  const files = { before: png(40), after: png(after), inFocus: png(200) };
  return new Map(records.map(({ key }) => [key, files]));
}

describe('the report of a run against a baseline', () => {
  it('shows of every flip with frames what both runs made of the place', async () => {
    const flips = page.locator('article.flip');
    expect(await flips.count()).toBeGreaterThan(4);
    const first = flips.first();
    expect(await first.locator('img').count()).toBe(4);
    const sizes = await first
      .locator('img')
      .evaluateAll((all) => all.map((one) => (one as HTMLImageElement).naturalWidth));
    expect(sizes).toEqual([240, 240, 240, 240]);
    expect(await first.locator('code').count()).toBe(2);
  });

  it('says the verdict first and leads to the rules', async () => {
    expect(await page.locator('.banner > p:not(.verdict)').first().textContent()).toMatch(
      /^(PASS|FAIL|EVIDENCE MISSING) (success rate|the same model|final focal error|frames|dose|no )/,
    );
    await page.locator('.banner a').click();
    expect(await page.locator('.rules tbody tr').count()).toBeGreaterThan(10);
  });

  it.each(looks)('has no barriers and fits, $name', async (look) => {
    await lookAt(page, look);
    expect(await barriers(page)).toEqual([]);
    expect(await overflowPx(page)).toBe(0);
    expect(log).toEqual({ requests: [], complaints: [] });
  });

  it('prints every column of the headline and of the rules', async () => {
    await page.setViewportSize({ width: 718, height: 1000 });
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    expect(await overflowPx(page)).toBe(0);
    await page.emulateMedia({ media: 'screen' });
  });
});
