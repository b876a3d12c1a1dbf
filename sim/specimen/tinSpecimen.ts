import { RandomStream } from '../../harness/numeric/index.ts';
import { addNoiseLayer } from './drawing/addNoiseLayer.ts';
import { areaSampled } from './drawing/areaSampled.ts';
import type { Specimen, SpecimenRegion } from './drawing/Specimen.ts';
import { placeSpheres, type Sphere } from './placeSpheres.ts';

/**
 * Tin on carbon, the usual resolution test: spheres of 10 nm to 3 um lying on a flat film. Edges
 * are bright (the yield follows the secant of the tilt, up to the escape depth), the film is dark and
 * darker still beside large spheres, which keep its electrons from the detector.
 *
 * @param seed - Non-negative whole number.
 */
export function tinSpecimen(seed: number): Specimen {
  const sphereSalt = new RandomStream(seed, 'specimen', 'tin', 'spheres').nextInt32();
  const film = new RandomStream(seed, 'specimen', 'tin', 'film');
  const filmSalts = filmTexture.map(() => film.nextInt32());
  const paint = (region: SpecimenRegion): Float32Array => {
    const yields = paintFilm(filmSalts, region);
    // On a plane the larger sphere is the taller one, so it covers the smaller.
    const spheres = placeSpheres(sphereSalt, region, 1 + shadowReachFraction);
    spheres.sort((a, b) => a.radiusNm - b.radiusNm);
    for (const sphere of spheres) paintSphere(sphere, region, yields);
    return yields;
  };
  return areaSampled('tin', 12, paint, 'normal');
}

const filmYield = 0.64;
/** Grain of 10 to 50 nm, and unevenness of the film; standard deviations in parts of its yield. */
const filmTexture = [
  { sigmaNm: 5, fraction: 0.12 },
  { sigmaNm: 13, fraction: 0.1 },
  { sigmaNm: 500, fraction: 0.06 },
] as const;
const tinYield = 1.16;
/** Share of the secant law that survives the detector's acceptance. */
const secantShare = 0.15;
/** Escape depth of secondary electrons, which bounds the secant at the rim, in nm. */
const escapeDepthNm = 5;
/** Particles of about this radius emit on all sides: up to so much more, as a share of the yield. */
const smallRadiusNm = 12;
const smallShare = 0.5;
/** How far a shadow reaches beyond the rim, in radii. */
const shadowReachFraction = 0.7;
const shadowDepth = 0.42;

function paintFilm(salts: readonly number[], region: SpecimenRegion): Float32Array {
  const yields = new Float64Array(region.width * region.height).fill(filmYield);
  for (const [index, { sigmaNm, fraction }] of filmTexture.entries())
    addNoiseLayer({ salt: salts[index]!, sigmaNm, rms: fraction * filmYield }, region, yields);
  return Float32Array.from(yields, (value) => Math.max(0, value));
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
  const curved = 1 + (smallShare * smallRadiusNm) / (radiusNm + smallRadiusNm);
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
        value += cover * (tinYield * (curved + secantShare * (secant - 1)) - value);
      }
      yields[at] = value;
    }
  }
}
