import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readConfigFile, unknownName } from '../../config/index.ts';
import { ConfigError } from '../../microscope/index.ts';
import { type Suite, suiteSchema } from './Suite.ts';
import { suiteSets } from './suiteSets.ts';

/**
 * A suite that comes with the project, by its name, or any other, by the path of its JSON file.
 * What ends in `.json` or holds a path separator is a path.
 *
 * @throws ConfigError in one line if there is no such suite, or the file is no valid suite.
 */
export async function loadSuite(nameOrFile: string): Promise<Suite> {
  if (/\.json$|[/\\]/.test(nameOrFile)) return readConfigFile(suiteSchema, nameOrFile, 'suite');
  const names = await builtInNames();
  if (!names.includes(nameOrFile)) {
    const set = suiteSets.find(({ name }) => name === nameOrFile);
    if (set !== undefined) {
      throw new ConfigError(
        `${nameOrFile} is a set of suites. Choose one of them: ${set.suites.map(({ suite }) => suite).join(', ')}`,
      );
    }
    throw unknownName('suite', nameOrFile, names, 'the path of a .json file');
  }
  return readConfigFile(suiteSchema, builtInPath(nameOrFile), 'suite');
}

/** Every suite that comes with the project, by name. */
export async function listSuites(): Promise<Suite[]> {
  return Promise.all((await builtInNames()).map(loadSuite));
}

const folder = new URL('./suites/', import.meta.url);

function builtInPath(name: string): string {
  return fileURLToPath(new URL(`${name}.json`, folder));
}

async function builtInNames(): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.json') && !file.endsWith('.schema.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}
