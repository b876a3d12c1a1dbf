/**
 * Rasterises specimens for the training of networks: `npm run training:fields -- FOLDER [SIDE]`. What
 * is there already is kept, so that an interrupted run goes on.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeNpyFile } from '../harness/image/index.ts';
import { createSpecimen, physicsVersion } from '../sim/index.ts';
import { progressBar } from './progressBar.ts';
import { processTerminal } from './terminal.ts';
import { assertWritable, writeTextFile } from './writeTextFile.ts';

const pixelSizeNm = 10;
/**
 * Seeds that no suite, test or page uses; those of validation are never trained on, and `tin` is not
 * trained on at all, so that it is a specimen of another kind for whoever tests a network.
 */
const shares = [
  {
    share: 'training',
    firstSeed: 20_000,
    counts: { tissue: 40, 'tissue-dense': 8, gold: 4, lines: 4, noise: 8 },
  },
  { share: 'validation', firstSeed: 30_000, counts: { tissue: 12, 'tissue-dense': 4 } },
] as const;

const [folder, sideText = '1024'] = process.argv.slice(2);
const side = Number(sideText);
if (folder === undefined || !Number.isInteger(side) || side < 256 || side > 4096) {
  process.stderr.write(
    'usage: npm run training:fields -- FOLDER [SIDE], SIDE a whole number from 256 to 4096 px\n',
  );
  process.exit(2);
}
const list = join(folder, 'fields.json');
await assertWritable(list);
const fields = shares.flatMap(({ share, firstSeed, counts }) =>
  Object.entries(counts).flatMap(([specimen, count]) =>
    Array.from({ length: count }, (_, i) => ({ share, specimen, seed: firstSeed + i })),
  ),
);
const bar = progressBar(processTerminal(), `${fields.length} fields`, fields.length);
const listed = [];
for (const { share, specimen, seed } of fields) {
  // Nothing of another size or another physics is taken for what is wanted.
  const file = `${specimen}-${seed}-${side}px-physics${physicsVersion}.npy`;
  if (!existsSync(join(folder, file))) {
    const region = { leftNm: 0, topNm: 0, width: side, height: side, pixelSizeNm };
    const yields = createSpecimen(specimen, seed).rasterise(region);
    await writeNpyFile(join(folder, file), yields, [side, side]);
  }
  listed.push({ file, specimen, seed, share });
  bar.advance(1, file);
}
bar.end();
// Last: a folder without the list is not complete.
const listing = { physicsVersion, pixelSizeNm, side, fields: listed };
await writeTextFile(list, `${JSON.stringify(listing, undefined, 2)}\n`);
