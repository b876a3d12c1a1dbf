/**
 * Writes what the optics of the training are tested with: `npm run make:optics`.
 * To be run again when the physics changes.
 */
import { fileURLToPath } from 'node:url';
import { writeNpyFile } from '../../harness/image/index.ts';
import { writeTextFile } from '../terminal/writeTextFile.ts';
import { opticsFixture } from './opticsFixture.ts';

const folder = new URL('../../models/training/tests/fixtures/', import.meta.url);
const { description, pictures, shape } = opticsFixture();
// The text first: it makes the folder.
await writeTextFile(
  fileURLToPath(new URL('optics.json', folder)),
  `${JSON.stringify(description, undefined, 2)}\n`,
);
await writeNpyFile(fileURLToPath(new URL('optics.npy', folder)), pictures, shape);
