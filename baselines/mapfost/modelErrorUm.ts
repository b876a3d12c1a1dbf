import type { Aberration } from '../../harness/microscope/index.ts';

/** Of z, and of a and b, um: coma, spherical aberration and the spread of focus shift what a real column is sharpest at. */
const columnErrorUm = [0.08, 0.03, 0.03] as const;
/** Of the aberration: what the shape of the probe, and the edges of masks, do to any field. */
const fraction = 0.025;
/** Of the aberration, times um over the side of what is seen: few bodies are no Gaussian field. */
const scatterUm = 0.3;
/** Of larger aberrations no more: there the noise of {@link PairLikelihood.certaintyAt} holds it already. */
const mostScatteredUm = 4;

/**
 * Standard deviations of z, a, b, um, that MAPFoSt's model is wrong by, beside the noise. With them 97 % of the errors of
 * the working distance and of either stigmator are within two claimed standard deviations (79, 89 and 91 % with the fraction
 * alone), and 90 to 100 % for each of three instruments, two specimens and four areas from 256 x 256 px to 2048 x 1536 px. The numbers
 * were chosen by these 6,480 pairs of `merlin` and `merlin-real`, 0 to 10 um off, at 1, 5 and 19 electrons per nm2. Of 2,159 others
 * 95, 96 and 97 % are.
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
  return [Math.hypot(z, ofAllUm), Math.hypot(a, ofAllUm), Math.hypot(b, ofAllUm)];
}
