import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A limit for what hangs: a browser and a page of a busy machine come late. */
export const patienceMs = 240_000;

/**
 * The Chromium of this machine, headless: that which `SEMFOCUS_CHROMIUM` names, or the first on the
 * path. Nothing is downloaded.
 *
 * @throws Error saying what to install, if there is none.
 */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    timeout: patienceMs,
    // What a container without a GPU and without user namespaces can do.
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
}

function chromiumPath(): string {
  const named = process.env.SEMFOCUS_CHROMIUM;
  if (named !== undefined && named !== '') return named;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    `tests in a browser need a Chromium: install one (Debian: apt-get install chromium), or name it in SEMFOCUS_CHROMIUM. Found none of ${names.join(', ')}`,
  );
}
