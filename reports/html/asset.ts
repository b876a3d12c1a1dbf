import { readFileSync } from 'node:fs';

/** The style sheet of a page. */
export function styleSheet(): string {
  return textOf('report.css');
}

/** Modules of the page's script, each after those that it needs. */
const modules = [
  'reportData',
  'plain',
  'downloads',
  'filter',
  'drawings',
  'tables',
  'enlarge',
  'trajectoryPlot',
  'trajectoryList',
  'trajectoryDrawing',
  'trajectoryView',
  'report',
];

/**
 * The script of a page. A file that loads nothing cannot have modules: they stand one after the other, in a scope of
 * their own, without their imports and exports. No two of them may declare the same name.
 */
export function pageScript(): string {
  const parts = modules.map((name) =>
    textOf(`page/${name}.js`)
      .replace(/^import [^;]*;\n/gm, '')
      .replace(/^export (?=async |const |function |let )/gm, ''),
  );
  return `(() => {\n'use strict';\n${parts.join('\n')}})();\n`;
}

function textOf(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
