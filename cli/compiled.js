import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const builder = new URL('./build.js', import.meta.url);

/**
 * URL of a program in JavaScript: from `dist/` in a package, in a clone translated from the sources
 * (docs/decisions/0001).
 *
 * @param {keyof typeof import('./build.js').programs} name
 */
export async function compiled(name) {
  if (!existsSync(builder)) return new URL(`../dist/${name}.js`, import.meta.url).href;
  const { freshBuild } = await import('./build.js');
  return pathToFileURL(`${await freshBuild()}/${name}.js`).href;
}
