import type { Aberration } from '../../harness/microscope/index.ts';

/** Of z, and of a and b, um, in focus: coma, spherical aberration and the spread of focus are not in the model. */
const columnErrorUm = [0.02, 0.03, 0.03] as const;
/** Of the aberration, for z, as far as `nearUm` and no more beyond: what bodies do under the narrow window near focus. */
const nearFraction = 0.1;
const nearUm = 1;
/** Of the aberration: what the shape of the probe, and the edges of masks, do to any field. */
const fraction = 0.025;
/** Of the aberration, times um over the side of what is seen: few bodies are no Gaussian field. */
const scatterUm = 0.3;
/** Of larger aberrations no more: there the noise of {@link PairLikelihood.certaintyAt} holds it already. */
const mostScatteredUm = 4;

/**
 * Standard deviations of z, a, b, um, that MAPFoSt's model is wrong by, beside the noise. `fraction` and `scatterUm` were chosen by
 * 6,480 pairs of `merlin` and `merlin-real`, two specimens, four areas from 256 x 256 px to 2048 x 1536 px, 0 to 10 um off, at 1, 5 and
 * 19 electrons per nm2; `nearFraction` and the column's by 960 others. Of these 97 % of the errors of the working distance and 99 % of those of
 * either stigmator are within two claimed standard deviations (92 % of those at 1 um off, all of those in focus). Of 220 further ones 99, 97 and 99 % are.
 *
 * @param areaUm2 - That the estimate rests on, > 0.
 */
export function modelErrorUm(
  { zUm, aUm, bUm }: Aberration,
  areaUm2: number,
): [number, number, number] {
  const sizeUm = Math.hypot(zUm, aUm, bUm);
  const ofAllUm = Math.hypot(
    fraction * sizeUm,
    (scatterUm * Math.min(sizeUm, mostScatteredUm)) / Math.sqrt(areaUm2),
  );
  const [z, a, b] = columnErrorUm;
  return [
    Math.hypot(z, nearFraction * Math.min(sizeUm, nearUm), ofAllUm),
    Math.hypot(a, ofAllUm),
    Math.hypot(b, ofAllUm),
  ];
}
