import { meanOf } from '../Estimate.ts';
import {
  convergenceMrad,
  openInstrument,
  pixelSizeNm,
  placeSeeds,
  slowDwellTimeNs,
} from '../instrument.ts';
import { bound, interval, type Row, rowMaker } from '../Row.ts';
import { findSpots } from './findSpots.ts';
import { momentsOfSpots, pupilWeightOf, reversalOf } from './probeOfSpots.ts';

/** Two states far enough out for a spot not to be clipped at white, um. */
const [nearUm, farUm] = [6, 10];
/** Part of a spot that is its in-focus blur, of which a disc has nothing, nm beyond its radius. */
const rimNm = 45;

/** Section "probe": spots of 20 nm, defocused, at the longest dwell time. */
export async function measureProbe(): Promise<Row[]> {
  const [real, plain] = [await measure('merlin-real'), await measure('merlin')];
  const row = rowMaker(real, plain, (all, name: keyof (typeof real)[number]) =>
    meanOf(all.map((one) => one[name])),
  );
  const spots = `\`points\` ${nearUm} and ${farUm} µm off`;
  return [
    row(
      'uniform disc: first zero at NA abs(z) k',
      '1',
      interval(3.45, 4.21, '3.83 ± 10 % (the focus scale is that uncertain)'),
      'zero',
      `${spots}: sign change of the transfer function about the centroid`,
    ),
    row(
      'contrast beyond the zero',
      '1',
      interval(-0.14, -0.066, 'a disc (−0.13), no Gaussian (0)'),
      'reversal',
      'lowest value of the same, 20 nm spot and pixel divided out; inside if nearer to the disc',
    ),
    row(
      'coma, abs(c)',
      'nm',
      interval(4, 6, '5 ± 1'),
      'coma',
      `${spots}: third moments, 1.5 mean(abs(w)² w)/s²`,
    ),
    row(
      'three-fold astigmatism',
      'nm',
      bound(10),
      'threeFold',
      `${spots}: third moments, mean(w³)/s²`,
    ),
    row(
      'pupil weight, −e',
      '1',
      bound(0.55, '0.4 ± 0.15'),
      'centreWeight',
      `${spots}: first zero times rms radius`,
    ),
    row(
      'astigmatism changing with WD',
      'µm/µm',
      bound(0.06),
      'astigmatism',
      `${spots}: second moments`,
    ),
  ];
}

async function measure(preset: string) {
  const instruments = [];
  for (const seed of placeSeeds) {
    const expose = openInstrument({ preset, psf: 'disc', specimen: 'points', seed });
    const spotsAt = async (workingDistanceUm: number) => {
      const reachNm = convergenceMrad * workingDistanceUm + rimNm;
      const frame = await expose({ workingDistanceUm }, { dwellTimeNs: slowDwellTimeNs });
      return findSpots(frame, Math.ceil(reachNm / pixelSizeNm));
    };
    const spots = await spotsAt(nearUm);
    const near = momentsOfSpots(spots);
    const far = momentsOfSpots(await spotsAt(farUm));
    const reversal = reversalOf(spots, 3830 / (convergenceMrad * nearUm));
    // What does not grow with the square of the defocus is the spot in focus.
    const grown = (far.size - near.size) / (farUm ** 2 - nearUm ** 2);
    const squareNm2 = 2 * grown * nearUm ** 2;
    const { comet, triangle, elongation } = near;
    instruments.push({
      zero: reversal.zeroRadPerUm * 1e-3 * convergenceMrad * nearUm,
      reversal: reversal.lowest,
      coma: (1.5 * Math.hypot(comet.re, comet.im)) / squareNm2,
      threeFold: Math.hypot(triangle.re, triangle.im) / squareNm2,
      centreWeight: -pupilWeightOf(reversal.zeroRadPerUm * 1e-3 * Math.sqrt(squareNm2)),
      astigmatism: Math.hypot(elongation.re, elongation.im) / squareNm2,
    });
  }
  return instruments;
}
