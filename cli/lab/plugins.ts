import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { register } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AlgorithmEntry } from '../../harness/algorithm/index.ts';
import { pluginEntries } from '../../harness/algorithm/plugin/index.ts';
import { ConfigError, isSemfocusError, reasonOf } from '../../harness/microscope/index.ts';

/**
 * The algorithms of an ES module of the user's own.
 *
 * @param path - Of the module, from the present folder.
 * @throws ConfigError if there is no such file, it cannot be loaded, or it exports no algorithms.
 */
export async function readPlugin(path: string): Promise<readonly AlgorithmEntry[]> {
  const file = resolve(path);
  // Before it is loaded: the hash is of what the module was before its code could change anything.
  const source = sourcesOf(path);
  let exported: { readonly [name: string]: unknown };
  try {
    register(new URL('./pluginHooks.js', import.meta.url));
    exported = await import(`${pathToFileURL(file).href}?semfocus-plugin`);
  } catch (cause) {
    throw new ConfigError(`the plugin ${path} cannot be loaded: ${reasonOf(cause)}`, {
      cause,
      ...hintOf(cause),
    });
  }
  return pluginEntries(exported, `the plugin ${basename(path)}`, (files) =>
    sha256Of([...source, ...files.map((name) => read(resolve(dirname(file), name)))]),
  );
}

function hintOf(cause: unknown): { readonly hint?: string } {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return { hint: 'TypeScript needs Node 22.18 or later; or translate the plugin to JavaScript' };
  }
  return isSemfocusError(cause) && cause.hint !== undefined ? { hint: cause.hint } : {};
}

/** `from './x.js'`, `import './x.js'`, `import('./x.js')`, `require('./x.js')`. */
const localImport = /\b(?:from|import|require)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;

/**
 * The content of a module and of every local one that it imports by a name written out, itself
 * first, the others in the order in which they are met. Packages are left out.
 */
function sourcesOf(path: string): readonly Buffer[] {
  const files = [resolve(path)];
  const contents: Buffer[] = [];
  // Grows while it is walked.
  for (const file of files) {
    const content = read(file);
    contents.push(content);
    for (const [, , name = ''] of content.toString('utf8').matchAll(localImport)) {
      const imported = fileNamed(resolve(dirname(file), name));
      if (imported !== undefined && !files.includes(imported)) files.push(imported);
    }
  }
  return contents;
}

/** A name without an ending, and a source in TypeScript under the name of what it would become. */
function fileNamed(path: string): string | undefined {
  const names = [path, `${path}.js`, `${path}.ts`, path.replace(/\.([cm]?)js$/, '.$1ts')];
  return names.find((name) => existsSync(name) && statSync(name).isFile());
}

function sha256Of(contents: readonly Buffer[]): string {
  const each = contents.map((content) => createHash('sha256').update(content).digest('hex'));
  return createHash('sha256').update(each.join('\n')).digest('hex');
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ConfigError(`cannot read the plugin file ${path}: ${reasonOf(cause)}`, { cause });
  }
}
