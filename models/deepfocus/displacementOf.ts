import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import type { Calibration } from '../../harness/microscope/index.ts';
import { cropGreyImage, phaseCorrelation } from '../../harness/numeric/index.ts';

/** The middle of the frames up to this side is enough to measure by, px. */
const measuredSidePx = 512;
/** How far the displacement may be from what the calibration says. */
const searchRadiusUm = 0.3;
/** Anything smaller is too little to measure by. */
const leastSidePx = 128;

/** Whole pixels by which the content of the second frame of a pair is displaced. */
export interface PixelDisplacement {
  readonly x: number;
  readonly y: number;
}

/**
 * How far the change of working distance has moved the image, measured around what the calibration
 * expects; that itself where the frames show no peak.
 */
export function displacementOf(
  { under, over, pixelSizeNm, perturbationUm }: PerturbedPair,
  { imageShiftNmPerUm }: Calibration,
): PixelDisplacement {
  const pxPerNmPerUm = (2 * perturbationUm) / pixelSizeNm;
  const expected = { x: imageShiftNmPerUm.x * pxPerNmPerUm, y: imageShiftNmPerUm.y * pxPerNmPerUm };
  const [height = 0, width = 0] = under.shape;
  const side = Math.min(measuredSidePx, width, height);
  const radiusPx = Math.min((searchRadiusUm * 1e3) / pixelSizeNm, side / 8);
  const reach = Math.hypot(expected.x, expected.y) + radiusPx;
  if (side < leastSidePx || reach > side / 3) return rounded(expected.x, expected.y);
  const middle = {
    x: Math.floor((width - side) / 2),
    y: Math.floor((height - side) / 2),
    width: side,
    height: side,
  };
  const { xPx, yPx } = phaseCorrelation(cropGreyImage(under, middle), cropGreyImage(over, middle), {
    expectedXPx: expected.x,
    expectedYPx: expected.y,
    searchRadiusPx: radiusPx,
  });
  return rounded(xPx, yPx);
}

function rounded(x: number, y: number): PixelDisplacement {
  return { x: Math.round(x), y: Math.round(y) };
}
