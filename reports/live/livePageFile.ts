import { readFileSync } from 'node:fs';
import { looksScript } from '../chart/index.ts';
import { paletteCss } from '../html/index.ts';

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

/** Files that are sent as they are; nothing else is read from the disk. */
const files: ReadonlySet<string> = new Set([
  'run.js',
  'explore.js',
  'focus.js',
  'chart.js',
  'format.js',
  'frameCanvas.js',
  'latestFrame.js',
  'live.js',
  'pathCanvas.js',
  'runningCards.js',
  'series.js',
  'spectrum.js',
  'theme.js',
  'page.css',
  'icon.svg',
]);

/** Files that are made of others: what the pages share with each other and with the report. */
const made: ReadonlyMap<string, (algorithms: readonly string[]) => string> = new Map([
  ...(Object.keys(titles) as LivePageName[]).map(
    (page) => [`${page}.html`, () => pageHtml(page)] as const,
  ),
  ['looks.js', looksScript],
  ['palette.css', () => paletteCss(textOf('../html/report.css'))],
]);

/**
 * One file of the live pages with its media type; `undefined` for a name that is none of theirs.
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
  return { type: types[suffix], body: make?.(algorithms) ?? readFileSync(urlOf(`page/${name}`)) };
}

/** What every page begins with, and then its own. */
function pageHtml(page: LivePageName): string {
  return textOf('page/shell.html')
    .replaceAll('{{page}}', page)
    .replaceAll('{{title}}', titles[page])
    .replace('{{main}}', () => textOf(`page/${page}.html`));
}

function textOf(path: string): string {
  return readFileSync(urlOf(path), 'utf8');
}

function urlOf(path: string): URL {
  return new URL(path, import.meta.url);
}
