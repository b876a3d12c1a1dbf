import { RandomStream } from '../../harness/numeric/index.ts';
import { areaSampled } from './drawing/areaSampled.ts';
import type { Specimen, SpecimenRegion } from './drawing/Specimen.ts';
import { blockNm, lithoBlock, streetNm } from './lines/LithoBlock.ts';
import { paintBlock } from './lines/paintBlock.ts';

/**
 * A resist after lithography: squares of 6 um, each filled with lines and spaces (vertical or
 * horizontal, pitch 60-400 nm) or with contact holes (pitch 140-500 nm). Edges are bright and rough
 * by 1.5 nm. Periodic on purpose: what aligns frames may lock on to the wrong period.
 *
 * @param seed - Non-negative whole number.
 */
export function linesSpecimen(seed: number): Specimen {
  const salt = new RandomStream(seed, 'specimen', 'lines').nextInt32();
  return areaSampled('lines', 12, (region) => paintLayout(salt, region), 'normal');
}

function paintLayout(salt: number, region: SpecimenRegion): Float32Array {
  const { leftNm, topNm, width, height, pixelSizeNm } = region;
  const yields = new Float32Array(width * height);
  const blockOf = (index: number, edgeNm: number) =>
    Math.floor((edgeNm + (index + 0.5) * pixelSizeNm) / blockNm);
  for (let firstRow = 0; firstRow < height; ) {
    const row = blockOf(firstRow, topNm);
    const endRow = endOfRun(firstRow, height, (index) => blockOf(index, topNm) === row);
    for (let firstColumn = 0; firstColumn < width; ) {
      const column = blockOf(firstColumn, leftNm);
      const isSame = (index: number) => blockOf(index, leftNm) === column;
      const endColumn = endOfRun(firstColumn, width, isSame);
      const pixels = {
        ...{ firstColumn, endColumn, firstRow, endRow },
        leftNm: column * blockNm + streetNm / 2 - leftNm,
        topNm: row * blockNm + streetNm / 2 - topNm,
      };
      paintBlock(lithoBlock(salt, column, row), pixels, region, yields);
      firstColumn = endColumn;
    }
    firstRow = endRow;
  }
  return yields;
}

/** First index after `first` for which the condition no longer holds, or `end`. */
function endOfRun(first: number, end: number, holds: (index: number) => boolean): number {
  let next = first + 1;
  while (next < end && holds(next)) next++;
  return next;
}
