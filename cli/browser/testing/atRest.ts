import type { Page } from 'playwright-core';

/**
 * Waits until a page has the same size for a dozen of its own frames: what redraws after a change of
 * window, theme or folds has done so. Frames are counted, not time, so that a busy machine takes as
 * long as it needs.
 */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        let before = '';
        let same = 0;
        const look = () => {
          const { scrollWidth, scrollHeight } = document.documentElement;
          const size = `${scrollWidth} ${scrollHeight}`;
          same = size === before ? same + 1 : 0;
          before = size;
          if (same >= 12) resolve();
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}
