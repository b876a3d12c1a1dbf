import { type TissueStatistics, tissueStatistics } from '../../../sim/testing/realism/index.ts';
import { meanOf } from '../Estimate.ts';
import { openInstrument, pixelSizeNm, placeSeeds, slowDwellTimeNs } from '../instrument.ts';
import { interval, place, type Row, rowMaker } from '../Row.ts';

/** The estimators take yields; these are the grey values of their own inverted scale. */
const [zeroSignalGrey, pedestalGrey] = [428, 298];

/**
 * Section "specimen": frames of tissue in best focus at the longest dwell time, where shot noise is
 * about half a grey value, one at each place.
 */
export async function measureSpecimen(): Promise<Row[]> {
  const [real, plain] = [await measure('merlin-real'), await measure('merlin')];
  const row = rowMaker(real, plain, (all, value: (one: TissueStatistics) => number) =>
    meanOf(all.map(value)),
  );
  const slope = 'Hann window, rings, least squares on logarithms';
  const spectrum = 'the same spectrum';
  const moments = 'moments of the grey values';
  const band = 'band between Gaussians of 2 and 8 px';
  const [same, sameBand] = ['the same', 'the same band'];
  const patches = ([128, 256, 384] as const).flatMap((side) => {
    const levels = { 128: [7.8, 12.5, 27.7], 256: [9.3, 15.1, 23.7], 384: [12, 15, 21] } as const;
    const half = side === 384 ? 0.5 : 0.05;
    const key = `patches${side}` as const;
    return (['p5', 'median', 'p95'] as const).map((quantile, i) => {
      const level = levels[side][i]!;
      return row(
        `contrast of patches of ${side} px, ${quantile === 'median' ? 'median' : `${quantile.slice(1)} % quantile`}`,
        'grey rms',
        place(level - half, level + half, String(level)),
        (statistics) => statistics[key][quantile],
        band,
      );
    });
  });
  return [
    row(
      'spectrum slope, 2–12 rad/µm',
      '1',
      interval(-2.5, -2.1, '−2.3 ± 0.2'),
      (s) => s.slopeCoarse,
      slope,
    ),
    row(
      'spectrum slope, 12–40 rad/µm',
      '1',
      interval(-1.85, -1.45, '−1.65 ± 0.2'),
      (s) => s.slopeFine,
      same,
    ),
    row(
      'share of variance below 6 rad/µm',
      '%',
      place(49.5, 50.5, '50 (other tissues 3–40)'),
      (s) => 100 * s.shareBelow6RadPerUm,
      spectrum,
    ),
    row('skewness', '1', place(-1.15, -1.05, '−1.1'), (s) => s.skewness, moments),
    row('excess kurtosis', '1', place(0.5, 0.8), (s) => s.excessKurtosis, moments),
    row(
      'excess kurtosis of the band 2–8 px',
      '1',
      place(2.85, 2.95, '2.9'),
      (s) => s.bandExcessKurtosis,
      band,
    ),
    ...patches,
    row(
      'unevenness of patches of 128 px, max / median',
      '1',
      place(2.15, 2.25, '2.2'),
      (s) => s.patches128.max / s.patches128.median,
      sameBand,
    ),
    row(
      'unevenness of patches of 128 px, p5 / median',
      '1',
      place(0.635, 0.645, '0.64'),
      (s) => s.patches128.p5 / s.patches128.median,
      sameBand,
    ),
    row(
      'patches of 128 px with little contrast',
      '%',
      place(4.5, 5.5, '5'),
      (s) => 100 * s.patches128.lowShare,
      'band rms below 0.15 of the SD of the frame',
    ),
    row(
      'patches of 256 px with little contrast',
      '%',
      place(0, 0.5, '0'),
      (s) => 100 * s.patches256.lowShare,
      same,
    ),
    row(
      'patches of 384 px with little contrast',
      '%',
      place(0, 0.5, '0'),
      (s) => 100 * s.patches384.lowShare,
      same,
    ),
    row(
      'tissue contrast, free of noise',
      '% of pedestal, rms',
      place(14.5, 15.5, '15'),
      (s) => s.contrastPercent,
      'SD of the grey values over 298',
    ),
  ];
}

async function measure(preset: string): Promise<TissueStatistics[]> {
  const found: TissueStatistics[] = [];
  for (const seed of placeSeeds) {
    const expose = openInstrument({ preset, specimen: 'tissue', seed });
    const { data, width, height } = await expose({}, { dwellTimeNs: slowDwellTimeNs });
    const yields = data.map((grey) => (zeroSignalGrey - grey) / pedestalGrey);
    found.push(tissueStatistics(yields, width, height, pixelSizeNm));
  }
  return found;
}
