import { describe, expect, it } from 'vitest';
import { type LivePageName, livePageFile } from './livePageFile.ts';

const pages: readonly LivePageName[] = ['run', 'explore', 'focus'];

function text(name: string): string {
  const file = livePageFile(name, ['mapfost']);
  if (file === undefined) throw new Error(`${name} is not served`);
  return Buffer.from(file.body).toString('utf8');
}

/** A script and all that it imports, by name. */
function scriptsOf(name: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(name)) return found;
  found.set(name, text(name));
  for (const [, imported = ''] of text(name).matchAll(/from '\.\/([\w.]+)'/g)) {
    scriptsOf(imported, found);
  }
  return found;
}

const matches = (source: string, pattern: RegExp) =>
  [...source.matchAll(pattern)].map(([, name = '']) => name);

describe('livePageFile', () => {
  it.each(pages)(
    'serves everything that the page %s asks for, and asks for nothing else',
    (page) => {
      const html = text(`${page}.html`);
      expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(html).not.toContain('{{');
      for (const name of matches(html, /(?:src|href)="([^"]+)"/g)) text(name);
      expect(scriptsOf(`${page}.js`).size).toBeGreaterThan(5);
      expect([html, ...scriptsOf(`${page}.js`).values()].join()).not.toMatch(
        /https?:\/\/(?!www\.w3\.org)/,
      );
    },
  );

  it.each(pages)('has every element that the scripts of the page %s look for, once', (page) => {
    const ids = matches(text(`${page}.html`), /\bid="([^"]+)"/g);
    expect(ids).toEqual([...new Set(ids)]);
    const own = matches(text(`${page}.js`), /byId\('([^']+)'\)/g);
    const made = matches(text(`${page}.js`), /\bid: '([^']+)'/g);
    expect(own.filter((id) => !ids.includes(id) && !made.includes(id))).toEqual([]);
  });

  it('defines every colour that style sheet and scripts use, light and dark', () => {
    const scripts = pages.flatMap((page) => [...scriptsOf(`${page}.js`).values()]).join();
    const css = text('page.css');
    const used = [
      ...matches(css, /var\((--[\w-]+)\)/g),
      ...matches(scripts, /themeColour\('([\w-]+)'\)/g).map((name) => `--${name}`),
    ];
    const defined = matches(text('palette.css') + css, /(--[\w-]+): light-dark\(#\w{6}, #\w{6}\)/g);
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((name) => !defined.includes(name))).toEqual([]);
  });

  it('serves nothing else', () => {
    for (const name of ['shell.html', '../livePageFile.ts', 'livePageFile.ts', 'report.css', '']) {
      expect(livePageFile(name, [])).toBeUndefined();
    }
  });
});
