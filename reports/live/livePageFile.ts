import { readFileSync } from 'node:fs';

/** Pages that a local server shows. */
export type LivePageName = 'run' | 'explore' | 'focus';

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

/** Every file that the pages are made of; nothing else is read from the disk. */
const names: ReadonlySet<string> = new Set([
  'run.html',
  'run.js',
  'explore.html',
  'explore.js',
  'focus.html',
  'focus.js',
  'chart.js',
  'series.js',
  'format.js',
  'frameCanvas.js',
  'spectrum.js',
  'page.css',
  'icon.svg',
]);

/** One file of the live pages with its media type; `undefined` for a name that is none of theirs. */
export function livePageFile(
  name: string,
): { readonly type: string; readonly body: Uint8Array } | undefined {
  if (!names.has(name)) return undefined;
  const suffix = name.slice(name.lastIndexOf('.') + 1) as keyof typeof types;
  return { type: types[suffix], body: readFileSync(new URL(`./page/${name}`, import.meta.url)) };
}
