import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { cleanText } from '../../program/index.ts';
import { type ProgramSource, sha256OfFile } from '../program/index.ts';

/** What the JavaScript of a plugin may take, MiB. */
const heapMib = 1024;
/** What all of its process may take, arrays among it, MiB; on Linux, where the kernel sees to it. */
const dataMib = 4096;

/**
 * The process in which a plugin runs, as a program.
 *
 * @param path - Of the module, from the present folder.
 * @param start - The script that serves a plugin, and its arguments before the path.
 * @param name - Of the algorithm; left out, the process tells of all.
 */
export function pluginSource(path: string, start: readonly string[], name?: string): ProgramSource {
  const file = resolve(path);
  return {
    words: [...[...boundedNode(), ...start, file], ...(name === undefined ? [] : [name])],
    title: `the plugin ${cleanText(basename(path))}`,
    hasOwnChannel: true,
    sha256: (files) => {
      const all = [...sourcesOf(file), ...files.map((listed) => resolve(dirname(file), listed))];
      return createHash('sha256').update(all.map(hashOf).join('\n')).digest('hex');
    },
  };
}

function boundedNode(): readonly string[] {
  const node = [process.execPath, `--max-old-space-size=${heapMib}`];
  if (process.platform !== 'linux') return node;
  return ['/bin/sh', '-c', `ulimit -d ${dataMib * 1024} || :; exec "$0" "$@"`, ...node];
}

function hashOf(path: string): string {
  return sha256OfFile(path, `cannot read the plugin file ${path}`);
}

/** `from './x.js'`, `import './x.js'`, `import('./x.js')`, `require('./x.js')`. */
const localImport = /\b(?:from|import|require)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;

/**
 * A module and every local one that it imports by a name written out, itself first, the others in the
 * order in which they are met. Packages are left out.
 */
function sourcesOf(file: string): readonly string[] {
  const files = [file];
  // Grows while it is walked.
  for (const path of files) {
    if (!isFile(path)) continue;
    for (const [, , name = ''] of readFileSync(path, 'utf8').matchAll(localImport)) {
      const imported = fileNamed(resolve(dirname(path), name));
      if (imported !== undefined && !files.includes(imported)) files.push(imported);
    }
  }
  return files;
}

/** A name without an ending, and a source in TypeScript under the name of what it would become. */
function fileNamed(path: string): string | undefined {
  const names = [path, `${path}.js`, `${path}.ts`, path.replace(/\.([cm]?)js$/, '.$1ts')];
  return names.find(isFile);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
