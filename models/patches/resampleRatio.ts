import type { ModelCard } from '../card/index.ts';

/** Size of a network's pixels in pixels of a frame: 1 where both are the same in whole nanometres. */
export function resampleRatio(card: ModelCard, pixelSizeNm: number): number {
  const isSame = Math.round(card.pixelSizeNm) === Math.round(pixelSizeNm);
  return isSame ? 1 : card.pixelSizeNm / pixelSizeNm;
}
