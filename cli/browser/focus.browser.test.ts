import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulatedMicroscope, createSpecimen, presetNamed } from '../../sim/index.ts';
import { type FocusServer, startFocusServer } from '../live/focus/FocusServer.ts';
import { barriers, lookAt, looks, overflowPx } from './testing/barriers.ts';
import { openBrowser } from './testing/openBrowser.ts';
import { type PageLog, watchPage } from './testing/watchPage.ts';

let browser: Browser;
let server: FocusServer;
let page: Page;
let log: PageLog;
beforeAll(async () => {
  browser = await openBrowser();
  const { microscope } = createSimulatedMicroscope({
    preset: presetNamed('merlin'),
    specimen: createSpecimen('points', 1),
    seed: 1,
    run: 0,
    stage: { xUm: 0, yUm: 0 },
  });
  const start = await microscope.readFocus();
  const spent = { frames: 2, doseElectronsPerNm2: 37.2, microscopeS: 1.4 };
  const title = 'stepper on sim:merlin';
  const margins = { workingDistanceUm: 1, stigmator: 0.25 };
  const algorithm = 'stepper';
  const about = { title, algorithm, start, margins, stigmatorUnit: '%', iterations: 6 };
  server = await startFocusServer(about, () => spent, 0);
  page = await browser.newPage();
  log = watchPage(page);
  await page.goto(server.url);
  const request = { width: 320, height: 240, pixelSizeNm: 10, dwellTimeNs: 200 };
  server.frame(await microscope.acquireFrame(request));
  const correction = { workingDistanceUm: -3.21, stigmatorX: 0.5, stigmatorY: 0 };
  const correctionSd = { workingDistanceUm: 0.12, stigmatorX: 0.03, stigmatorY: 0.03 };
  server.step({ iteration: 1, correction, correctionSd, focus: start, computeMs: 12, ...spent });
  await page.locator('#steps tr').nth(1).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe('the page of semfocus focus', () => {
  it('shows the latest frame, what it has cost, and each correction', async () => {
    await page.locator('#caption', { hasText: 'frame 1' }).waitFor();
    expect(await page.locator('#view').getAttribute('width')).toBe('320');
    expect(await page.locator('#dose').textContent()).toBe('37.2');
    expect(await page.locator('#steps tr').first().textContent()).toContain('−3.21 ± 0.12');
    expect(await page.locator('#chart').getAttribute('aria-label')).toMatch(/: 3\.21$/);
    expect(await page.locator('#state').textContent()).toBe('iteration 2 of at most 6');
    expect(await page.locator('thead').textContent()).toContain('stigmator x, %');
    expect(await page.locator('#chart-note').textContent()).toContain('1 µm and 0.25 %');
  });

  it('says how it ended', async () => {
    server.end('Done.');
    await page.locator('#verdict', { hasText: 'Done.' }).waitFor();
  });

  it.each(looks)('has no barriers and fits, $name', async (look) => {
    await lookAt(page, look);
    expect(await barriers(page)).toEqual([]);
    expect(await overflowPx(page)).toBe(0);
  });

  it('talks to nobody else, and complains about nothing', () => {
    expect(log.complaints).toEqual([]);
    expect(log.requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
  });
});
