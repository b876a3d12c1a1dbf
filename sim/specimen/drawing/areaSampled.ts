import type { Polarity } from '../../detector/GreyLevels.ts';
import type { Specimen, SpecimenRegion } from './Specimen.ts';

/**
 * A specimen from a function that paints a region whose pixels are small. Larger pixels are made
 * of whole sub-pixels and averaged, so that the painter's own anti-aliasing never has to bridge
 * more than its smallest details.
 *
 * @param largestPixelNm - Largest pixel the painter is good for, in nm.
 * @param paint - Yield of every pixel, row-major `[height, width]`.
 */
export function areaSampled(
  name: string,
  largestPixelNm: number,
  paint: (region: SpecimenRegion) => Float32Array,
  polarity: Polarity = 'inverted',
): Specimen {
  const rasterise = (region: SpecimenRegion): Float32Array => {
    assertRegion(region);
    const { leftNm, topNm, width, height } = region;
    const split = Math.max(1, Math.ceil(region.pixelSizeNm / largestPixelNm));
    if (split === 1) return paint(region);
    const pixelSizeNm = region.pixelSizeNm / split;
    const rowsPerBand = Math.max(1, Math.floor(largestBandPixels / (width * split * split)));
    const yields = new Float32Array(width * height);
    for (let row = 0; row < height; row += rowsPerBand) {
      const rows = Math.min(rowsPerBand, height - row);
      const fine = paint({
        leftNm,
        topNm: topNm + row * region.pixelSizeNm,
        width: width * split,
        height: rows * split,
        pixelSizeNm,
      });
      averageBlocks(fine, width * split, split, yields.subarray(row * width, (row + rows) * width));
    }
    return yields;
  };
  const emission = (xNm: number, yNm: number, footprintNm: number): number =>
    rasterise({
      leftNm: xNm - footprintNm / 2,
      topNm: yNm - footprintNm / 2,
      width: 1,
      height: 1,
      pixelSizeNm: footprintNm,
    })[0]!;
  return { name, polarity, emission, rasterise };
}

/** Sub-pixels painted at once where pixels are split; bounds the memory of large overviews. */
const largestBandPixels = 4_000_000;

function averageBlocks(fine: Float32Array, fineWidth: number, split: number, out: Float32Array) {
  const width = fineWidth / split;
  const weight = 1 / (split * split);
  for (let to = 0; to < out.length; to++) {
    const column = to % width;
    const corner = ((to - column) / width) * split * fineWidth + column * split;
    let sum = 0;
    for (let y = 0; y < split; y++) {
      const from = corner + y * fineWidth;
      for (let x = 0; x < split; x++) sum += fine[from + x]!;
    }
    out[to] = sum * weight;
  }
}

function assertRegion({ leftNm, topNm, width, height, pixelSizeNm }: SpecimenRegion): void {
  const isWhole = Number.isSafeInteger(width) && Number.isSafeInteger(height);
  if (!isWhole || width < 1 || height < 1) {
    throw new RangeError(
      `width and height must be whole numbers of pixels >= 1. Received ${width} x ${height}`,
    );
  }
  if (!(pixelSizeNm > 0 && Number.isFinite(pixelSizeNm))) {
    throw new RangeError(`the pixel size must be a number > 0 nm. Received ${pixelSizeNm}`);
  }
  for (const edgeNm of [leftNm, topNm]) {
    if (!(Math.abs(edgeNm) <= farthestNm)) {
      throw new RangeError(`a region must lie within +-1 m of the origin. Received ${edgeNm} nm`);
    }
  }
}

/** Beyond this the lattice indices of the finest textures leave 32 bits. */
const farthestNm = 1e9;
