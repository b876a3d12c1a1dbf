/** Makes docs/realism.md and its pictures: `npm run docs:realism`. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { lawAtFixedContrast } from './lawAtFixedContrast.ts';
import { pictures, writePictures } from './pictures.ts';
import { closureTable } from './realism/measureClosure.ts';
import { measureDefocused } from './realism/measureDefocused.ts';
import { measureDetector } from './realism/measureDetector.ts';
import { measureGeometry } from './realism/measureGeometry.ts';
import { measureProbe } from './realism/measureProbe.ts';
import { measureSpecimen } from './realism/measureSpecimen.ts';
import { realismPage } from './realism/realismPage.ts';

await writePictures();
const groups = [];
for (const [title, measure] of [
  ['Specimen, in focus', measureSpecimen],
  ['Specimen, out of focus', measureDefocused],
  ['Noise and grey scale', measureDetector],
  ['Geometry', measureGeometry],
  ['Probe', measureProbe],
] as const) {
  process.stdout.write(`${title} ...\n`);
  groups.push({ title, rows: await measure() });
}
process.stdout.write('Noise law, closure ...\n');
const law = await lawAtFixedContrast();
const page = realismPage({ groups, law, closure: await closureTable(), pictures });
await writeFile(fileURLToPath(new URL('../realism.md', import.meta.url)), page);
