import { readFileSync } from 'node:fs';
import { looksScript, paletteCss } from '../../../reports/index.ts';

/** Pages that a local server shows. */
export type LivePageName = keyof typeof titles;

const titles = {
  run: 'semfocus run',
  explore: 'The virtual microscope',
  focus: 'semfocus focus',
} as const;

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

/** Files of `cli/live` that are sent as they are; nothing else is read from the disk. */
const files: ReadonlySet<string> = new Set([
  'explore/page/explore.js',
  'explore/page/spectrum.js',
  'focus/page/focus.js',
  'run/page/run.js',
  'run/page/runningCards.js',
  'server/page/chart.js',
  'server/page/format.js',
  'server/page/frameCanvas.js',
  'server/page/icon.svg',
  'server/page/latestFrame.js',
  'server/page/live.js',
  'server/page/page.css',
  'server/page/pathCanvas.js',
  'server/page/series.js',
  'server/page/theme.js',
]);

/** Files that are made of others: what the pages share with each other and with the report. */
const made: ReadonlyMap<string, (algorithms: readonly string[]) => string> = new Map([
  ...(Object.keys(titles) as LivePageName[]).map(
    (page) => [`${page}.html`, () => pageHtml(page)] as const,
  ),
  ['server/page/looks.js', looksScript],
  ['server/page/palette.css', () => paletteCss()],
]);

/**
 * One file of the live pages with its media type; `undefined` for a name that is none of theirs.
 * Scripts and styles have the paths below `cli/live`, so that they find each other there and here.
 *
 * @param algorithms - Of the page, in the order in which it counts them.
 */
export function livePageFile(
  name: string,
  algorithms: readonly string[],
): { readonly type: string; readonly body: string | Uint8Array } | undefined {
  const make = made.get(name);
  if (make === undefined && !files.has(name)) return undefined;
  const suffix = name.slice(name.lastIndexOf('.') + 1) as keyof typeof types;
  return { type: types[suffix], body: make?.(algorithms) ?? readFileSync(urlOf(name)) };
}

/** What every page begins with, and then its own. */
function pageHtml(page: LivePageName): string {
  return textOf('server/page/shell.html')
    .replaceAll('{{page}}', page)
    .replaceAll('{{title}}', titles[page])
    .replace('{{main}}', () => textOf(`${page}/page/${page}.html`));
}

function textOf(path: string): string {
  return readFileSync(urlOf(path), 'utf8');
}

function urlOf(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}
