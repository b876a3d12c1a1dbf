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
      'the same',
    ),
    row(
      'share of variance below 6 rad/µm',
      '%',
      place(49.5, 50.5, '50 (other tissues 3–40)'),
      (s) => 100 * s.shareBelow6RadPerUm,
      spectrum,
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
