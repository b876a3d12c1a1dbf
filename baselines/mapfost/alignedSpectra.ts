import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import type { Calibration, Rectangle } from '../../harness/microscope/index.ts';
import { measureDisplacement } from '../pair/measureDisplacement.ts';
import {
  expectedShiftPx,
  type PatchSpectra,
  pooled,
  type SpectraSource,
} from '../pair/SpectraSource.ts';

/** Crops that are cut this far beside each other still show the same specimen, px. */
const harmlessShiftPx = 3;

/** Spectra of patches that follow the displacement, and what whole pixels have left of it. */
export interface AlignedSpectra extends PatchSpectra {
  readonly shiftPx: { readonly x: number; readonly y: number };
  readonly restUm: { readonly x: number; readonly y: number };
}

/** Without clipped bodies, of those patches that these leave enough of. */
export function alignedSpectra(
  source: SpectraSource,
  pair: PerturbedPair,
  patches: readonly Rectangle[],
  imageShiftNmPerUm: Calibration['imageShiftNmPerUm'],
): AlignedSpectra {
  const pixelSizeUm = pair.pixelSizeNm * 1e-3;
  const expected = expectedShiftPx(pair, imageShiftNmPerUm);
  const measured = source.measure(pair, patches, expected, 'masked');
  const asExpected = { ...measured, shiftPx: expected };
  const spectra = pooled(measured, pair);
  const { xUm, yUm } = measureDisplacement(spectra, source.bins(spectra, 'disc'), {
    xUm: 0,
    yUm: 0,
  });
  const off = { x: Math.round(xUm / pixelSizeUm), y: Math.round(yUm / pixelSizeUm) };
  if (Math.max(Math.abs(off.x), Math.abs(off.y)) <= harmlessShiftPx) {
    return { ...asExpected, restUm: { x: xUm, y: yUm } };
  }
  const shiftPx = { x: expected.x + off.x, y: expected.y + off.y };
  const again = source.measure(pair, patches, shiftPx, 'masked');
  return { ...again, shiftPx, restUm: { x: 0, y: 0 } };
}
