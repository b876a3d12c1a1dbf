import { fileURLToPath } from 'node:url';
import { writePngFile } from '../../harness/image/index.ts';
import { type GreyImage, greyPixels } from '../../harness/numeric/index.ts';
import { openInstrument } from './instrument.ts';

const seed = 5000;
const [tileWidth, tileHeight] = [280, 240];
const gapPx = 4;

/** Distances from best focus, um, and what each picture is called. */
export const pictures = [0, 2, 5, 10].map((defocusUm) => ({
  defocusUm,
  file: `realism-${defocusUm}um.png`,
}));

/** The middle of one place in both presets, side by side: `ideal`, then `merlin-real`. */
export async function writePictures(): Promise<void> {
  const [ideal, real] = ['ideal', 'merlin-real'].map((preset) =>
    openInstrument({ preset, specimen: 'tissue', seed }),
  ) as [ReturnType<typeof openInstrument>, ReturnType<typeof openInstrument>];
  for (const { defocusUm, file } of pictures) {
    const state = { workingDistanceUm: defocusUm };
    const frame = { width: tileWidth, height: tileHeight };
    const [left, right] = [await ideal(state, frame), await real(state, frame)];
    const path = fileURLToPath(new URL(`../images/${file}`, import.meta.url));
    await writePngFile(
      path,
      greyPixels(sideBySide(left, right), 2 * tileWidth + gapPx, tileHeight),
    );
  }
}

function sideBySide(left: GreyImage, right: GreyImage): Uint8Array {
  const width = 2 * tileWidth + gapPx;
  const grey = new Uint8Array(width * tileHeight).fill(255);
  for (let y = 0; y < tileHeight; y++) {
    grey.set(left.data.subarray(y * tileWidth, (y + 1) * tileWidth), y * width);
    grey.set(
      right.data.subarray(y * tileWidth, (y + 1) * tileWidth),
      y * width + tileWidth + gapPx,
    );
  }
  return grey;
}
