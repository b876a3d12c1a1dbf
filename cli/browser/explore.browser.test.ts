import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeShapes } from '../../harness/microscope/index.ts';
import { presets, specimens } from '../../sim/index.ts';
import { registry } from '../lab/index.ts';
import {
  type ExploreServer,
  exploreOptions,
  startExploreServer,
} from '../live/explore/ExploreServer.ts';
import { barriers, lookAt, looks, overflowPx } from './testing/barriers.ts';
import { openBrowser } from './testing/openBrowser.ts';
import { type PageLog, watchPage } from './testing/watchPage.ts';

let browser: Browser;
let server: ExploreServer;
let page: Page;
let log: PageLog;
beforeAll(async () => {
  browser = await openBrowser();
  const lists = { presets, specimens, psfs: probeShapes };
  server = await startExploreServer(
    exploreOptions(registry, lists),
    { type: 'choose', preset: 'merlin', specimen: 'tissue', seed: 1 },
    { specimenPixelSizeNm: 10 },
    0,
  );
  page = await browser.newPage();
  log = watchPage(page);
  await page.goto(server.url);
  await page.locator('#view[data-number]').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const number = async () => Number(await page.locator('#view').getAttribute('data-number'));
/** As the microscope itself says. */
const workingDistanceUm = async () => {
  const stop = new AbortController();
  const events = await fetch(new URL('events', server.url), { signal: stop.signal });
  const told = await events.body?.getReader().read();
  stop.abort();
  const text = new TextDecoder().decode(told?.value);
  return Number(/"focus":\{"workingDistanceUm":([\d.]+)/.exec(text)?.[1]);
};
const picture = () =>
  page.locator('#view').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const run = async (algorithm: string) => {
  await page.getByRole('button', { name: algorithm, exact: true }).click();
  await page.locator('#h-run', { hasText: `Iterations of ${algorithm}` }).waitFor();
  await page.locator('#run-state', { hasText: /ended|failed|stopped/ }).waitFor();
};

describe('the virtual microscope', () => {
  it('shows a frame, what it has cost, and not where focus is', async () => {
    expect(await page.locator('#frames').textContent()).toMatch(/^\d+$/);
    expect(Number(await page.locator('#dose').textContent())).toBeGreaterThan(10);
    expect(await page.locator('#workingDistanceUm-best').isVisible()).toBe(false);
    expect(await page.locator('main').textContent()).not.toContain('Off by');
  });

  it('draws another frame when a slider moves', async () => {
    const before = { number: await number(), picture: await picture() };
    await page.locator('#workingDistanceUm-slider').focus();
    await page.keyboard.press('PageUp');
    await expect.poll(number).toBeGreaterThan(before.number);
    expect(await picture()).not.toBe(before.picture);
  });

  it('is turned by keys on the frame', async () => {
    const before = await page.locator('#stigmatorX').inputValue();
    await page.locator('#view').focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#stigmatorX').inputValue()).not.toBe(before);
  });

  it('shows previews in the same place while a knob turns, and sharpens when it rests', async () => {
    await page.evaluate(() => {
      const view = document.querySelector('#view') as HTMLCanvasElement;
      const caption = document.querySelector('#caption') as HTMLElement;
      const seen: string[] = [];
      Object.assign(globalThis, { seen });
      new MutationObserver(() => {
        seen.push(`${view.width} x ${view.height}: ${caption.textContent?.split(' ')[0]}`);
      }).observe(caption, { childList: true });
    });
    const seen = () => page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    const slider = page.locator('#workingDistanceUm-slider');
    const box = await slider.boundingBox();
    if (box === null) throw new Error('no slider');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    for (let i = 1; i <= 20; i++) {
      const before = await number();
      await page.mouse.move(box.x + box.width * (0.5 + 0.01 * i), box.y + box.height / 2);
      await expect.poll(number).toBeGreaterThan(before);
    }
    const last = await slider.inputValue();
    // The pointer is still down: a knob rests when it is not turned.
    await page.locator('#caption', { hasText: 'what you see' }).waitFor();
    await page.mouse.up();
    expect(new Set(await seen())).toEqual(new Set(['768 x 512: preview', '768 x 512: what']));
    expect(await workingDistanceUm()).toBe(Number(last));
  });

  it('is left sharp by a page that goes while it turns a knob', async () => {
    const other = await browser.newPage();
    await other.goto(server.url);
    await other.locator('#view[data-number]').waitFor();
    const before = await number();
    await other.locator('#view').focus();
    await other.keyboard.press('ArrowUp');
    await other.reload();
    await expect.poll(number).toBeGreaterThan(before);
    await other.locator('#caption', { hasText: 'what you see' }).waitFor();
    await page.locator('#caption', { hasText: 'what you see' }).waitFor();
    await other.close();
  });

  it('exposes fewer frames than a hurried slider asks for, and ends where the slider is', async () => {
    const before = await number();
    await page.locator('#workingDistanceUm-slider').evaluate((slider) => {
      for (let i = 0; i <= 40; i++) {
        (slider as HTMLInputElement).value = String(4490 + i * 0.5);
        slider.dispatchEvent(new Event('input'));
      }
    });
    await expect.poll(workingDistanceUm).toBe(4510);
    expect(await number()).toBeLessThan(before + 10);
    expect(await page.locator('#workingDistanceUm').inputValue()).toMatch(/^4510(\.0)?$/);
  });

  it('lets an algorithm focus, and says so when the truth is shown', async () => {
    await page.locator('#pace').selectOption('0');
    await run('mapfost');
    expect(await page.locator('#steps tr').count()).toBe(7);
    expect(await page.locator('#verdict').textContent()).toMatch(
      /^Ended after iteration 6: 12 frames/,
    );
    await page.getByLabel('Show the truth').check();
    expect(await page.locator('#verdict').textContent()).toMatch(/^Inside the margins for good/);
    expect(await page.locator('#residual').textContent()).toContain('inside the margins');
    expect(await page.locator('#workingDistanceUm-best').isVisible()).toBe(true);
  });

  it('keeps a run from the same start beside the next', async () => {
    await run('spectral');
    expect(await page.locator('#legend').textContent()).toMatch(/mapfost\s*spectral/);
  });

  it('shows the frame of an iteration again', async () => {
    await page.locator('.thumbnail').last().click();
    await page.locator('#caption', { hasText: 'spectral: the start, seen again' }).waitFor();
  });

  it('stops an algorithm and goes back', async () => {
    await page.locator('#pace').selectOption('300');
    await page.getByRole('button', { name: 'sharpness-simplex', exact: true }).click();
    await page.locator('#stop:not(:disabled)').waitFor();
    expect(await page.locator('#workingDistanceUm').isDisabled()).toBe(true);
    await page.locator('#stop').click();
    await page.locator('#run-state', { hasText: 'stopped' }).waitFor();
    await expect
      .poll(() => page.locator('#workingDistanceUm').inputValue())
      .toMatch(/^4510(\.0)?$/);
  });

  it('takes another specimen', async () => {
    const before = await number();
    await page.locator('#specimen').selectOption('points');
    await expect.poll(number).toBeGreaterThan(before);
    await expect.poll(() => page.locator('#frames').textContent()).toBe('1');
    expect(await page.locator('#run-panel').isVisible()).toBe(false);
  });

  it.each(looks)('has no barriers and fits, $name', async (look) => {
    if (!(await page.locator('#run-panel').isVisible())) {
      await page.locator('#pace').selectOption('0');
      await run('spectral');
    }
    await lookAt(page, look);
    expect(await barriers(page)).toEqual([]);
    expect(await overflowPx(page)).toBe(0);
  });

  it('is the same microscope on every page', async () => {
    const other = await browser.newPage();
    await other.goto(server.url);
    await other.locator('#view[data-number]').waitFor();
    await other.locator('#stigmatorX').fill('-3');
    await expect.poll(() => page.locator('#stigmatorX-slider').inputValue()).toMatch(/^-3(\.0)?$/);
    // More than the instrument can do is not asked for.
    await other.locator('#workingDistanceUm').fill('1e300');
    await other.getByRole('button', { name: 'mapfost', exact: true }).click();
    await page.locator('#state', { hasText: 'mapfost is at work' }).waitFor();
    await other.close();
    await page.locator('#run-state', { hasText: 'ended' }).waitFor();
    await page.locator('#state', { hasText: 'ready' }).waitFor();
    expect(await page.locator('#problem').isVisible()).toBe(false);
  });

  it('talks to nobody else, and complains about nothing', () => {
    expect(log.complaints).toEqual([]);
    expect(log.requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
  });

  it('says so when the server has ended', async () => {
    await server.close();
    await page.locator('#problem', { hasText: 'The server has ended' }).waitFor();
    expect(await page.locator('#state').textContent()).toBe('ended');
  });
});
