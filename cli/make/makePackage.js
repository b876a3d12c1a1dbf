// Fills dist/ with the JavaScript of a package: the programs, and what package.json exports.
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { build, programs } from '../build.js';

const root = new URL('../..', import.meta.url);
const folder = fileURLToPath(new URL('dist', root));
rmSync(folder, { recursive: true, force: true });
const doors = Object.entries(packageJson.exports).flatMap(([door, target]) =>
  typeof target === 'string'
    ? []
    : [[basename(target.default, '.js'), fileURLToPath(new URL(`${door}/index.ts`, root))]],
);
await build({ ...programs, ...Object.fromEntries(doors) }, folder);
