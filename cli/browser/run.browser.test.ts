import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planSuite } from '../../harness/experiment/suite/index.ts';
import type { IterationRow, Scenario, TrajectoryRecord } from '../../harness/record/index.ts';
import { syntheticRecords } from '../../reports/testing/syntheticRecords.ts';
import { registry } from '../lab/index.ts';
import { type RunServer, startRunServer } from '../live/run/RunServer.ts';
import { tinySuite } from '../testing/tinySuite.ts';
import { barriers, lookAt, looks, overflowPx } from './testing/barriers.ts';
import { openBrowser } from './testing/openBrowser.ts';
import { type PageLog, watchPage } from './testing/watchPage.ts';

const plan = planSuite(tinySuite, registry);
let folder: string;
let browser: Browser;
let server: RunServer;
let page: Page;
let log: PageLog;
/** Rows that the two algorithms of the suite might have led to. */
const courses = syntheticRecords({ trajectories: 2, dwellTimesNs: [200] });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  browser = await openBrowser();
  server = await startRunServer({ plan, folder, isTimed: false }, 0, {
    nowMs: () => performance.now(),
  });
  page = await browser.newPage();
  log = watchPage(page);
  await page.goto(server.url);
  server.event({ type: 'planned', trajectories: 4, pixelsToDo: 4e6 });
  for (const [index, scenario] of plan.scenarios.entries()) play(index, scenario, index < 3);
  await page.locator('#outcomes td', { hasText: '1 missed' }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

/** As if a trajectory had taken place; two converge, one misses, the last is under way. */
function play(index: number, scenario: Scenario, isAtAnEnd: boolean): void {
  const course = courses[index] as TrajectoryRecord;
  const trajectories = 4;
  server.event({ type: 'trajectory-start', index, scenario });
  for (const row of course.iterations.slice(0, 4)) {
    server.event({ type: 'step', index, scenario, row });
  }
  if (!isAtAnEnd) return;
  const outcome = index < 2 ? 'converged' : 'missed';
  const record: TrajectoryRecord = { ...course, scenario, outcome };
  server.event({
    type: 'trajectory-end',
    ...{ index, record, expectedPixels: 1e6, stored: index + 1, trajectories },
  });
}

describe('the page of a run', () => {
  it('follows it: counts, what runs, how far it is', async () => {
    const texts = (selector: string) => page.locator(selector).allInnerTexts();
    expect(await page.title()).toMatch(/^\d+ %: Tiny – semfocus run$/);
    expect((await texts('#outcomes tr')).map((text) => text.replace(/\s+/g, ' '))).toEqual([
      'mapfost 1 missed',
      'spectral 2 converged',
    ]);
    expect((await texts('#now figure')).map((text) => text.replace(/\s+/g, ' '))).toEqual([
      expect.stringMatching(/^mapfost 2 ?iteration 2 of 2 · 3 frames, .* µm; .* a\.u\./),
    ]);
    expect(await page.locator('#progress').textContent()).toMatch(/^3 of 4 trajectories · \d+ %/);
    expect(await page.locator('#chart').getAttribute('aria-label')).toMatch(
      /against iteration: \d of 4 trajectories are inside the margin now/,
    );
  });

  it('shows frames of what runs as they arrive, and where they were taken', async () => {
    const last = plan.scenarios[3] as Scenario;
    const wanted = server.onlooker?.begin(last) as Int32Array;
    const caption = page.locator('#now .caption');
    for (const [number, grey] of [
      [7, 90],
      [9, 200],
    ] as const) {
      await expect.poll(() => Atomics.exchange(wanted, 0, 0)).toBe(1);
      const pixels = new Uint8Array(320 * 240).fill(grey);
      const { focus } = (courses[3] as TrajectoryRecord).iterations[0] as IterationRow;
      server.onlooker?.take(last, {
        ...{ number, width: 320, height: 240, pixelSizeNm: 60, focus },
        grey: pixels,
      });
      await caption.filter({ hasText: new RegExp(`^frame ${number}, [+−]\\d`) }).waitFor();
    }
    const shown = page.locator('#now .view canvas');
    const middle = await shown.evaluate((canvas) => [
      ...((canvas as HTMLCanvasElement).getContext('2d')?.getImageData(160, 120, 1, 1).data ?? []),
    ]);
    expect(middle).toEqual([200, 200, 200, 255]);
  });

  it('hides an algorithm by its legend', async () => {
    const of = () => page.locator('#chart').getAttribute('aria-label');
    const button = page.getByRole('button', { name: 'mapfost', exact: true });
    await button.click();
    await expect.poll(of).toContain('of 2 trajectories');
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    await button.click();
    await expect.poll(of).toContain('of 4 trajectories');
  });

  it('shows one residual in its unit', async () => {
    await page.locator('#parameter').selectOption('0');
    await expect
      .poll(() => page.locator('#chart').getAttribute('aria-label'))
      .toContain('|working distance|, µm');
  });

  it.each(looks)('has no barriers and fits, $name', async (look) => {
    await lookAt(page, look);
    expect(await barriers(page)).toEqual([]);
    expect(await overflowPx(page)).toBe(0);
  });

  it('has light and dark colours at will', async () => {
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const before = await background();
    await page.locator('#theme').click();
    expect(await background()).not.toBe(before);
  });

  it('says how it ended, and stays as it is', async () => {
    await server.end('complete', 'results/tiny/report.html');
    await page.locator('#state', { hasText: 'complete' }).waitFor();
    expect(await page.locator('#progress').textContent()).toContain('results/tiny/report.html');
    expect(log.complaints).toEqual([]);
    expect(log.requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
  });
});
