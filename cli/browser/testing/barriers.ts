import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { atRest } from './atRest.ts';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/**
 * What axe-core finds serious or critical on a page as it stands, one line per rule: its name, how
 * often, and the first element.
 */
export async function barriers(page: Page): Promise<string[]> {
  // Evaluated, not added as a script: the pages forbid those that are not theirs.
  await page.evaluate(axe);
  const result = (await page.evaluate('axe.run(document)')) as AxeResult;
  return result.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => {
      const [first] = nodes;
      return `${id} (${nodes.length}): ${help}: ${first?.html.slice(0, 200)} ${first?.failureSummary}`;
    });
}

/** How a page is looked at. */
export const looks = [
  { name: 'light', colorScheme: 'light', width: 1280, height: 900 },
  { name: 'dark', colorScheme: 'dark', width: 1280, height: 900 },
  { name: 'light on a phone', colorScheme: 'light', width: 390, height: 844 },
  { name: 'dark on a phone', colorScheme: 'dark', width: 390, height: 844 },
] as const;

/** Puts a page into one of the {@link looks}, and waits until it has drawn itself anew. */
export async function lookAt(page: Page, look: (typeof looks)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme: look.colorScheme });
  await page.setViewportSize({ width: look.width, height: look.height });
  await atRest(page);
}

/** How far a page is wider than its window, px. */
export function overflowPx(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}
