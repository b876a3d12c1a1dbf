import { areaSampled } from '../areaSampled.ts';
import type { Specimen, SpecimenRegion } from '../Specimen.ts';
import { BlockPainter } from './BlockPainter.ts';
import { blockNm } from './NodeLattice.ts';
import { tissueSalts } from './TissueSalts.ts';

/**
 * Neuropil stained with heavy metals: gapless neurites of 0.1-2 um with double membranes,
 * mitochondria with cristae, vesicles, reticulum, synapses, myelin, dense bodies and somata. What
 * takes up stain emits more, so membranes are the bright lines of this map and the dark lines of an inverted
 * frame.
 *
 * Everything follows from hashes of lattice cells, block by block; nothing repeats and nothing is
 * stored.
 *
 * @param seed - Non-negative whole number.
 */
export function tissueSpecimen(seed: number): Specimen {
  const salts = tissueSalts(seed);
  const paint = (region: SpecimenRegion): Float32Array => {
    const { leftNm, topNm, width, height, pixelSizeNm } = region;
    const painter = new BlockPainter(salts);
    const yields = new Float32Array(width * height);
    const lastColumn = Math.floor((leftNm + width * pixelSizeNm) / blockNm);
    const lastRow = Math.floor((topNm + height * pixelSizeNm) / blockNm);
    for (let row = Math.floor(topNm / blockNm); row <= lastRow; row++) {
      for (let column = Math.floor(leftNm / blockNm); column <= lastColumn; column++) {
        painter.paint(column, row, region, yields);
      }
    }
    return yields;
  };
  return areaSampled('tissue', largestPixelNm, paint);
}

/** Larger pixels than this would pass over a membrane. */
const largestPixelNm = 14;
