import { areaSampled } from '../drawing/areaSampled.ts';
import type { Specimen, SpecimenRegion } from '../drawing/Specimen.ts';
import { BlockPainter } from './BlockPainter.ts';
import { blockNm } from './NodeLattice.ts';
import type { TissueRecipe } from './TissueRecipe.ts';
import { tissueSalts } from './TissueSalts.ts';

/**
 * A tissue of one kind. Everything follows from hashes of lattice cells, block by block; nothing repeats
 * and nothing is stored.
 *
 * @param seed - Non-negative whole number.
 */
export function specimenOfTissue(recipe: TissueRecipe, seed: number): Specimen {
  const salts = tissueSalts(seed);
  const paint = (region: SpecimenRegion): Float32Array => {
    const { leftNm, topNm, width, height, pixelSizeNm } = region;
    const painter = new BlockPainter(salts, recipe);
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
  return areaSampled(recipe.name, largestPixelNm, paint);
}

/** Larger pixels than this would pass over a membrane. */
const largestPixelNm = 14;
