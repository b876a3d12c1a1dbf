import type { GreyImage } from '../../../harness/numeric/index.ts';
import { mean } from '../../../harness/statistics/index.ts';
import { deviationOf, meanOf } from '../Estimate.ts';
import { openInstrument, placeSeeds } from '../instrument.ts';
import { interval, place, type Row, rowMaker } from '../Row.ts';
import { type FrameChange, frameToFrame } from './frameToFrame.ts';
import { type FrameNoise, noiseOfFrame } from './noiseOfFrame.ts';

/** So far out of focus that no content is left among neighbouring pixels. */
export const contentFreeUm = 20;
const contentFreeFrames = 3;
const sharpFrames = 10;
const smallFrame = { width: 1024, height: 768 } as const;

/** Section "noise and grey scale": frames of tissue at the dose of the real ones. */
export async function measureDetector(): Promise<Row[]> {
  const [real, plain] = [await measure('merlin-real'), await measure('merlin')];
  const row = rowMaker(real, plain, (all, name: keyof typeof real) => all[name]);
  const far = `${contentFreeFrames} frames a place, ${contentFreeUm} µm off: fourth differences down the columns`;
  const fitted = `${sharpFrames} frames a place of 1024 x 768 px, in focus: each fitted to the mean of the others`;
  return [
    row('variance law, intercept', 'grey²', interval(303, 314), 'intercept', far),
    row('variance law, slope', 'grey', interval(0.71, 0.77), 'slope', far),
    row('variance law, grey of no signal', 'grey', interval(407, 429), 'pedestal', far),
    row(
      'variance law, scatter between frames',
      '%',
      interval(0, 4, '4'),
      'scatter',
      `variance at grey 130, range within the ${contentFreeFrames} frames`,
    ),
    row('noise, correlation along x', '1', place(0.0585, 0.0595, '0.059'), 'lag1', far),
    row('noise, power at kx = 0 over mean', '1', place(1.115, 1.125, '1.12'), 'powerAtZero', far),
    row(
      'noise, power at Nyquist over mean',
      '1',
      place(0.875, 0.885, '0.88'),
      'powerAtNyquist',
      far,
    ),
    row(
      'row offset',
      'grey SD',
      interval(0.37, 0.47, '0.42 ± 0.05'),
      'rowOffset',
      `${far}; power at kx = 0 beyond its neighbours`,
    ),
    row(
      'step between frames',
      'grey SD per frame',
      interval(2.2, 8.8, '4.4 (two steps: a factor of 2 either way)'),
      'step',
      fitted,
    ),
    row(
      'contrast between frames',
      '% SD per frame',
      interval(1, 4, '2 (two steps: a factor of 2 either way)'),
      'contrast',
      fitted,
    ),
    row(
      'slow wave, chance that the largest of three reaches 5.7 grey',
      '%',
      interval(2.5, 97.5, '5.7 was reached: 2.5–97.5'),
      'wave',
      `${fitted}; peak to peak of the smoothed rows`,
    ),
  ];
}

async function measure(preset: string) {
  const places: (readonly FrameNoise[])[] = [];
  const changes: FrameChange[] = [];
  for (const seed of placeSeeds) {
    const expose = openInstrument({ preset, specimen: 'tissue', seed });
    const sharp: GreyImage[] = [];
    for (let i = 0; i < sharpFrames; i++) sharp.push(await expose({}, smallFrame));
    changes.push(...frameToFrame(sharp));
    const far: FrameNoise[] = [];
    for (let i = 0; i < contentFreeFrames; i++) {
      far.push(noiseOfFrame(await expose({ workingDistanceUm: contentFreeUm })));
    }
    places.push(far);
  }
  const ofNoise = (value: (noise: FrameNoise) => number) =>
    meanOf(places.map((far) => mean(far.map(value))));
  const reached = changes.map(({ waveGrey }) => (waveGrey >= 5.7 ? 1 : 0));
  const share = reached.reduce<number>((sum, one) => sum + one, 0) / reached.length;
  const shareError = Math.sqrt((share * (1 - share)) / reached.length);
  return {
    intercept: ofNoise(({ intercept }) => intercept),
    slope: ofNoise(({ slope }) => slope),
    pedestal: ofNoise(({ intercept, slope }) => intercept / slope),
    scatter: meanOf(places.map(scatterPercent)),
    lag1: ofNoise(({ lag1 }) => lag1),
    powerAtZero: ofNoise(({ powerAtZero }) => powerAtZero),
    powerAtNyquist: ofNoise(({ powerAtNyquist }) => powerAtNyquist),
    rowOffset: ofNoise(({ rowOffsetSd }) => rowOffsetSd),
    step: deviationOf(changes.map(({ stepGrey }) => stepGrey)),
    contrast: deviationOf(changes.map(({ contrastPercent }) => contrastPercent)),
    wave: {
      centre: 100 * (1 - (1 - share) ** 3),
      error: 300 * (1 - share) ** 2 * shareError,
      count: changes.length,
    },
  };
}

/** By how much the variance at mid scale is larger in the noisiest frame than in the quietest. */
function scatterPercent(frames: readonly FrameNoise[]): number {
  const variances = frames.map(({ intercept, slope }) => intercept - slope * 130);
  return 100 * (Math.max(...variances) / Math.min(...variances) - 1);
}
