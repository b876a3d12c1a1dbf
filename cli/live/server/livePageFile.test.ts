import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LivePageName, livePageFile } from './livePageFile.ts';

const pages: readonly LivePageName[] = ['run', 'explore', 'focus'];

function text(name: string): string {
  const file = livePageFile(name, ['mapfost']);
  if (file === undefined) throw new Error(`${name} is not served`);
  return Buffer.from(file.body).toString('utf8');
}

const matches = (source: string, pattern: RegExp) =>
  [...source.matchAll(pattern)].map(([, name = '']) => name);

const scriptOf = (page: LivePageName) => `${page}/page/${page}.js`;

/** A script and all that it imports, by name. */
function scriptsOf(name: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(name)) return found;
  found.set(name, text(name));
  for (const imported of matches(text(name), /from '(\.[\w./]+)'/g)) {
    scriptsOf(posix.join(posix.dirname(name), imported), found);
  }
  return found;
}

describe('livePageFile', () => {
  it.each(pages)(
    'serves everything that the page %s asks for, and asks for nothing else',
    (page) => {
      const html = text(`${page}.html`);
      expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(html).not.toContain('{{');
      for (const name of matches(html, /(?:src|href)="([^"]+)"/g)) text(name);
      expect(scriptsOf(scriptOf(page)).size).toBeGreaterThan(5);
      expect([html, ...scriptsOf(scriptOf(page)).values()].join()).not.toMatch(
        /https?:\/\/(?!www\.w3\.org)/,
      );
    },
  );

  it.each(pages)('has every element that the scripts of the page %s look for, once', (page) => {
    const ids = matches(text(`${page}.html`), /\bid="([^"]+)"/g);
    expect(ids).toEqual([...new Set(ids)]);
    const own = matches(text(scriptOf(page)), /byId\('([^']+)'\)/g);
    const made = matches(text(scriptOf(page)), /\bid: '([^']+)'/g);
    expect(own.filter((id) => !ids.includes(id) && !made.includes(id))).toEqual([]);
  });

  it('defines every colour that style sheet and scripts use, light and dark', () => {
    const scripts = pages.flatMap((page) => [...scriptsOf(scriptOf(page)).values()]).join();
    const css = text('server/page/page.css');
    const used = [
      ...matches(css, /var\((--[\w-]+)\)/g),
      ...matches(scripts, /themeColour\('([\w-]+)'\)/g).map((name) => `--${name}`),
    ];
    const defined = matches(
      text('server/page/palette.css') + css,
      /(--[\w-]+): light-dark\(#\w{6}, #\w{6}\)/g,
    );
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((name) => !defined.includes(name))).toEqual([]);
  });

  it('serves nothing else', () => {
    for (const name of [
      'server/page/shell.html',
      'server/livePageFile.ts',
      'run/page/run.html',
      'report.css',
      '',
    ]) {
      expect(livePageFile(name, [])).toBeUndefined();
    }
  });
});
