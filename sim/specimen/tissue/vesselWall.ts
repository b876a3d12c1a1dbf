import { band, ramp } from './coverage.ts';

/**
 * Stain of a blood vessel washed free of blood: basal lamina, endothelium of 0.1 to 0.5 um between
 * two membranes, and a lumen of nothing but resin.
 *
 * @param depth - Below the outer surface of the basal lamina, in nm.
 * @param wave - A slow field of unit variance, by which the endothelium swells and thins.
 * @param grain - Grain of the endothelium's cytoplasm.
 * @param ground - Stain of the ground substance of the tissue; resin has none.
 */
export function vesselWall(
  depth: number,
  wave: number,
  grain: number,
  ground: number,
  half: number,
  perPixel: number,
): number {
  const inner = laminaNm + 120 + 260 * ramp(wave, -1.5, 2.5);
  let stain = laminaStain + 0.5 * grain;
  stain += ramp(depth, laminaNm - half, laminaNm + half) * (endotheliumStain + grain - stain);
  stain += band(depth, laminaNm, laminaNm + membraneNm, half, perPixel) * (1 - stain);
  stain += band(depth, inner - membraneNm, inner, half, perPixel) * (1 - stain);
  return (1 - ramp(depth, inner - half, inner + half)) * (stain + ground);
}

/** Thickness of the wall at most, from the outer surface of the basal lamina to the lumen. */
export const thickestVesselWallNm = 440;

const laminaNm = 60;
const laminaStain = 0.55;
const endotheliumStain = 0.5;
const membraneNm = 10;
