/**
 * Measures a pair of recorded frames as `docs:realism` measures rendered ones, and prints what it finds:
 * `npm run measure:frames -- UNDER OVER [PIXEL_SIZE_NM]`.
 */
import { readImageFile } from '../../harness/image/index.ts';
import { cropGreyImage } from '../../harness/numeric/index.ts';
import { defocusStatistics } from '../../sim/testing/realism/index.ts';
import { pixelSizeNm } from './instrument.ts';

const [under, over, stated = String(pixelSizeNm)] = process.argv.slice(2);
if (under === undefined || over === undefined || !(Number(stated) > 0)) {
  process.stderr.write('usage: npm run measure:frames -- UNDER OVER [PIXEL_SIZE_NM]\n');
  process.exit(2);
}
const first = cropGreyImage(await readImageFile(under));
const second = cropGreyImage(await readImageFile(over));
if (first.width !== second.width || first.height !== second.height) {
  process.stderr.write(
    `both frames must have one size. Received ${first.width} x ${first.height} and ${second.width} x ${second.height} px\n`,
  );
  process.exit(2);
}
const found = defocusStatistics(
  [first.data, second.data],
  first.width,
  first.height,
  Number(stated),
);
process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
