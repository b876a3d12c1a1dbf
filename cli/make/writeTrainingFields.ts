/**
 * Rasterises specimens for the training of networks: `npm run training:fields -- FOLDER`. What
 * is there already is kept, so that an interrupted run goes on, and parts may run side by side.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { assertWritable } from '../../harness/files/index.ts';
import { writeNpyFile } from '../../harness/image/index.ts';
import { createSpecimen, physicsVersion } from '../../sim/index.ts';
import { progressBar } from '../terminal/progressBar.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { writeTextFile } from '../terminal/writeTextFile.ts';

const pixelSizeNm = 10;
const usage = `usage: npm run training:fields -- FOLDER [--side PX] [--times N] [--part I/N]

  --side   of a specimen, px (256 to 4096, default 1024)
  --times  as many specimens for training (1 to 20, default 1: 64); those for validation stay 16
  --part   every Nth specimen from the Ith on, so that N processes share the work

Example: npm run training:fields -- models/training/.fields --times 5 --part 1/2
`;

/**
 * Seeds that no suite, test or page uses; those of validation are never trained on, and `tin` is not
 * trained on at all, so that it is a specimen of another kind for tests of a network.
 */
const shares = [
  {
    share: 'training',
    firstSeed: 20_000,
    counts: { tissue: 40, 'tissue-dense': 8, gold: 4, lines: 4, noise: 8 },
  },
  { share: 'validation', firstSeed: 30_000, counts: { tissue: 12, 'tissue-dense': 4 } },
] as const;

interface Wanted {
  readonly folder: string;
  readonly side: number;
  readonly times: number;
  readonly part: number;
  readonly parts: number;
}

/** What the command line asks for; undefined if that makes no sense. */
function wantedBy(args: string[]): Wanted | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      side: { type: 'string', default: '1024' },
      times: { type: 'string', default: '1' },
      part: { type: 'string', default: '1/1' },
    },
  });
  const whole = (text: string | undefined, least: number, most: number) => {
    const value = Number(text);
    return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
  };
  const [partText, partsText] = values.part.split('/');
  const [folder, ...rest] = positionals;
  const side = whole(values.side, 256, 4096);
  const times = whole(values.times, 1, 20);
  const parts = whole(partsText, 1, 256);
  const part = whole(partText, 1, parts ?? 0);
  if (folder === undefined || rest.length > 0 || !side || !times || !parts || !part) return;
  return { folder, side, times, part, parts };
}

function parsed(args: string[]): Wanted | undefined {
  try {
    return wantedBy(args);
  } catch {
    // An option that is none.
    return;
  }
}

const wanted = parsed(process.argv.slice(2));
if (wanted === undefined) {
  process.stderr.write(usage);
  process.exit(2);
}
const { folder, side, times, part, parts } = wanted;
const list = join(folder, 'fields.json');
await assertWritable(list);
const fields = shares.flatMap(({ share, firstSeed, counts }) =>
  Object.entries(counts).flatMap(([specimen, count]) =>
    Array.from({ length: share === 'training' ? times * count : count }, (_, i) => {
      const seed = firstSeed + i;
      // Nothing of another size or another physics is taken for what is wanted.
      const file = `${specimen}-${seed}-${side}px-physics${physicsVersion}.npy`;
      return { file, specimen, seed, share };
    }),
  ),
);
const own = fields.filter((_, i) => i % parts === part - 1);
const bar = progressBar(processTerminal(), `${own.length} fields`, own.length);
for (const { specimen, seed, file } of own) {
  if (!existsSync(join(folder, file))) {
    const region = { leftNm: 0, topNm: 0, width: side, height: side, pixelSizeNm };
    const yields = createSpecimen(specimen, seed).rasterise(region);
    await writeNpyFile(join(folder, file), yields, [side, side]);
  }
  bar.advance(1, file);
}
bar.end();
// By the last part to end: a folder without the list is not complete.
if (fields.every(({ file }) => existsSync(join(folder, file)))) {
  const listing = { physicsVersion, pixelSizeNm, side, fields };
  await writeTextFile(list, `${JSON.stringify(listing, undefined, 2)}\n`);
}
