import { RandomStream } from '../../harness/numeric/index.ts';
import { areaSampled } from './areaSampled.ts';
import { placeSpheres, type Sphere } from './placeSpheres.ts';
import type { Specimen, SpecimenRegion } from './Specimen.ts';
import { smoothNoise } from './smoothNoise.ts';

/**
 * Tin on carbon, the usual resolution test: spheres of 10 nm to 3 um lying on a flat film. Edges
 * are bright (the yield follows the secant of the tilt, up to the escape depth), the film is dark and
 * darker still beside large spheres, which keep its electrons from the detector.
 *
 * @param seed - Non-negative whole number.
 */
export function tinSpecimen(seed: number): Specimen {
  const sphereSalt = new RandomStream(seed, 'specimen', 'tin', 'spheres').nextInt32();
  const filmSalt = new RandomStream(seed, 'specimen', 'tin', 'film').nextInt32();
  const paint = (region: SpecimenRegion): Float32Array => {
    const yields = paintFilm(filmSalt, region);
    // On a plane the larger sphere is the taller one, so it covers the smaller.
    const spheres = placeSpheres(sphereSalt, region, 1 + shadowReachFraction);
    spheres.sort((a, b) => a.radiusNm - b.radiusNm);
    for (const sphere of spheres) paintSphere(sphere, region, yields);
    return yields;
  };
  return areaSampled('tin', 12, paint, 'normal');
}

const filmYield = 0.815;
const tinYield = 1.05;
/** Share of the secant law that survives the detector's acceptance. */
const secantShare = 0.13;
/** Escape depth of secondary electrons, which bounds the secant at the rim, in nm. */
const escapeDepthNm = 6;
/** How far a shadow reaches beyond the rim, in radii. */
const shadowReachFraction = 0.7;
const shadowDepth = 0.3;

function paintFilm(salt: number, region: SpecimenRegion): Float32Array {
  const { leftNm, topNm, width, height, pixelSizeNm } = region;
  const yields = new Float32Array(width * height);
  for (let row = 0, to = 0; row < height; row++) {
    const y = topNm + (row + 0.5) * pixelSizeNm;
    for (let column = 0; column < width; column++, to++) {
      const x = leftNm + (column + 0.5) * pixelSizeNm;
      const patches = smoothNoise(salt, x / 1900, y / 1900);
      const grain = smoothNoise(salt ^ 1, (x + 0.6 * y) / 55, (y - 0.6 * x) / 55);
      yields[to] = filmYield * (1 + 0.05 * patches + 0.03 * grain);
    }
  }
  return yields;
}

function paintSphere({ xNm, yNm, radiusNm }: Sphere, region: SpecimenRegion, yields: Float32Array) {
  const { width, height, pixelSizeNm } = region;
  const shadowNm = radiusNm * shadowReachFraction;
  const reachNm = radiusNm + Math.max(shadowNm, pixelSizeNm);
  const firstColumn = Math.max(0, Math.floor((xNm - reachNm) / pixelSizeNm));
  const endColumn = Math.min(width, Math.ceil((xNm + reachNm) / pixelSizeNm));
  const firstRow = Math.max(0, Math.floor((yNm - reachNm) / pixelSizeNm));
  const endRow = Math.min(height, Math.ceil((yNm + reachNm) / pixelSizeNm));
  const rimNm2 = 2 * radiusNm * escapeDepthNm;
  const radiusNm2 = radiusNm * radiusNm;
  // A disc smaller than a pixel covers no more of it than its own area.
  const largestCover = Math.min(1, (Math.PI * radiusNm2) / (pixelSizeNm * pixelSizeNm));
  for (let row = firstRow; row < endRow; row++) {
    const down = (row + 0.5) * pixelSizeNm - yNm;
    for (let column = firstColumn; column < endColumn; column++) {
      const across = (column + 0.5) * pixelSizeNm - xNm;
      const distanceNm2 = across * across + down * down;
      if (distanceNm2 >= reachNm * reachNm) continue;
      const distanceNm = Math.sqrt(distanceNm2);
      const at = row * width + column;
      let value = yields[at]!;
      const beyond = Math.max(0, distanceNm - radiusNm) / shadowNm;
      if (beyond < 1) value *= 1 - shadowDepth * (1 - beyond) * (1 - beyond);
      const cover = Math.min(largestCover, 0.5 + (radiusNm - distanceNm) / pixelSizeNm);
      if (cover > 0) {
        const heightNm2 = Math.max(0, radiusNm2 - distanceNm2) + rimNm2;
        const secant = Math.sqrt((radiusNm2 + rimNm2) / heightNm2);
        value += cover * (tinYield * (1 + secantShare * (secant - 1)) - value);
      }
      yields[at] = value;
    }
  }
}
