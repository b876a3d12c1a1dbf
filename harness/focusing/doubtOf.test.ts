import { describe, expect, it } from 'vitest';
import type { AutofocusStep, PairEstimator } from '../algorithm/index.ts';
import { ConfigError } from '../microscope/index.ts';
import { greyPixels, RandomStream } from '../numeric/index.ts';
import { doubtOf } from './doubtOf.ts';
import type { Look } from './latestLooks.ts';

const margins = { workingDistanceUm: 1, stigmator: 0.25 };
const focus = { workingDistanceUm: 4500, stigmatorX: 1, stigmatorY: -1 };
const small = { workingDistanceUm: 0.1, stigmatorX: 0.01, stigmatorY: 0.01 };
const sure: AutofocusStep = {
  ...{ iteration: 1, framesUsed: 2, computeMs: 1, focus },
  correction: small as AutofocusStep['correction'],
  correctionSd: small as NonNullable<AutofocusStep['correctionSd']>,
};
const { correctionSd: _, ...silent } = sure;
const unsure = { ...sure, correctionSd: { ...small, workingDistanceUm: 2 } };

const side = 128;
/** Waves of 16 px with noise: the amplitude is the sharpness. */
function look(distanceUm: number, amplitude: number): Look {
  const random = new RandomStream(100 * (10 + distanceUm) + amplitude, 'noise');
  const grey = Uint8Array.from(
    { length: side * side },
    (_, i) => 120 + amplitude * Math.sin(((i % side) * Math.PI) / 8) + 8 * random.normal(),
  );
  return {
    workingDistanceUm: focus.workingDistanceUm + distanceUm,
    pixels: greyPixels(grey, side, side),
  };
}
const pair = [look(-5, 20), look(5, 22)];
const last = { ...look(0, 50), pixelSizeNm: 10 };

/** Reads what pairs of Gaussian probes say of frames that are really `offUm` from focus at the end. */
const reading = (offUm: number) => readingSquare(offUm ** 2);
const readingSquare = (offUm2: number): PairEstimator => ({
  async estimate({ under, perturbationUm }) {
    const square = (isLast: boolean) => (isLast ? offUm2 : (2 * perturbationUm) ** 2);
    const isLastUnder = under === last.pixels;
    const zUm = (square(!isLastUnder) - square(isLastUnder)) / (4 * perturbationUm);
    return {
      correction: { workingDistanceUm: -zUm, stigmatorX: 0, stigmatorY: 0 },
      correctionSd: small,
      astigmatismUm: { a: 0, b: 0 },
    };
  },
});
const blind = (declined: string): PairEstimator => ({
  estimate: async () => ({ correction: small, astigmatismUm: { a: 0, b: 0 }, declined }),
});
const tooSmall: PairEstimator = {
  estimate: async () => {
    throw new ConfigError('an image must be at least 64 px wide and high');
  },
};

describe('doubtOf', () => {
  it.each([
    ['both witnesses agree', [sure], pair, reading(0), undefined],
    ['it ends a little off', [sure], pair, reading(1), undefined],
    ['it ends where it does not say', [sure], pair, reading(3), /was exposed 3\.0 um from focus/],
    [
      'the frames before are not where they should be',
      [sure],
      pair,
      readingSquare(-20),
      /do not agree/,
    ],
    ['pairs say nothing', [sure], pair, blind('blank'), /cannot be judged: blank/],
    ['frames are too small', [sure], pair, tooSmall, /cannot be judged: an image must be/],
    ['it does not say how sure it is', [silent], pair, reading(0), /does not say how sure/],
    ['it is not sure', [unsure], pair, reading(0), /is not sure to be inside the margins/],
    ['no frame came before', [sure], [], reading(0), /no two frames were exposed just before/],
    ['one frame came before', [sure], [look(3, 20)], reading(0), /no two frames were exposed/],
    [
      'a frame is from inside',
      [sure],
      [look(-5, 20), look(0.5, 20)],
      reading(0),
      /no two frames were exposed/,
    ],
    [
      'a frame away is as sharp',
      [sure],
      [look(-5, 50), look(5, 22)],
      reading(0),
      /is not sharper than one exposed 5\.0 um away/,
    ],
  ])('%s', async (_name, steps, looks, estimator, doubt) => {
    const found = await doubtOf(steps, margins, looks, last, estimator);
    if (doubt === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(doubt);
  });
});
