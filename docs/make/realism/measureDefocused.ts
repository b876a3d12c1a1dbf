import { deviationOfAberration } from '../../../harness/microscope/index.ts';
import { presetNamed } from '../../../sim/index.ts';
import {
  type DefocusedFrameStatistics,
  type DefocusedPairStatistics,
  defocusStatistics,
} from '../../../sim/testing/realism/index.ts';
import { meanOf } from '../Estimate.ts';
import { openInstrument, pixelSizeNm } from '../instrument.ts';
import { place, type Row, rowMaker } from '../Row.ts';

/** The state of the one real pair whose aberration is known: 13.3 um below focus, 5 um below and above that. */
const [underUm, overUm] = [-18.3, -8.3];
const astigmatism = { aUm: 2.8, bUm: -2.7 };
const size = { width: 1024, height: 768 } as const;
/** With this dwell time rendered frames have the SNR of the real ones at 20 rad/um. */
const dwellTimeNs = 250;
/** No specimen was looked at with these. */
const seeds = Array.from({ length: 12 }, (_, index) => 12_000 + index);

/** What is measured on each frame: name, unit, real value under and over, digits that the real value is good for. */
const ofFrame: readonly (readonly [
  string,
  string,
  keyof DefocusedFrameStatistics,
  readonly [number, number],
  number,
])[] = [
  ['clipped at 0', '% of pixels', 'clippedPercent', [2.46, 3.18], 0.005],
  ['clipped at 255', '% of pixels', 'whitePercent', [0, 0], 0.05],
  ['rms of the band 5–16 px', 'grey', 'bandRms', [11.8, 16.4], 0.05],
  ['slope, 99 % quantile, sigma 3 px', 'grey/px', 'gradientP99', [8.1, 14.2], 0.05],
  ['area below a quarter of the median', '%', 'darkPercent', [5.0, 5.4], 0.05],
  ['mean', 'grey', 'mean', [132.1, 135.3], 0.05],
  ['standard deviation', 'grey', 'sd', [46.6, 49.0], 0.05],
  ['skewness', '1', 'skewness', [-1.03, -1.01], 0.005],
  ['excess kurtosis', '1', 'excessKurtosis', [0.64, 0.69], 0.005],
  ['excess kurtosis of the band 2–8 px', '1', 'bandExcessKurtosis', [3.0, 3.3], 0.05],
  ['contrast of patches of 128 px, 5 % quantile', 'grey rms', 'patches128P5', [3.6, 8.0], 0.05],
  ['contrast of patches of 128 px, median', 'grey rms', 'patches128Median', [5.3, 11.4], 0.05],
  ['contrast of patches of 128 px, 95 % quantile', 'grey rms', 'patches128P95', [10.8, 22.4], 0.05],
  ['contrast of patches of 256 px, median', 'grey rms', 'patches256Median', [5.6, 14.5], 0.05],
];

/** Section "specimen, out of focus". */
export async function measureDefocused(): Promise<Row[]> {
  const [real, plain] = [await measure('merlin-real'), await measure('merlin')];
  const row = rowMaker(real, plain, (all, value: (one: DefocusedPairStatistics) => number) =>
    meanOf(all.map(value)),
  );
  const level = (value: number, half: number) =>
    place(value - half, value + half, String(value).replace('-', '−'));
  return [
    ...ofFrame.flatMap(([property, unit, key, values, half]) =>
      ([underUm, overUm] as const).map((zUm, index) =>
        row(
          `${property}, ${String(zUm).replace('-', '−')} µm`,
          unit,
          level(values[index]!, half),
          ({ frames }) => frames[index]![key],
          'a pair a place of 1024 x 768 px',
        ),
      ),
    ),
    row(
      'share that a mask of clipped bodies takes',
      '1',
      level(0.27, 0.005),
      ({ maskedShare }) => maskedShare,
      'black in either frame, grown by 15 px, soft over 30 px more',
    ),
    row(
      'anisotropy, 6–20 rad/µm',
      '1',
      level(0.47, 0.005),
      ({ anisotropy }) => anisotropy,
      'Hann windows of 512 px, both frames together: blur and fibres',
    ),
    row(
      'power of patches, 6–20 rad/µm, least over median',
      '1',
      level(0.47, 0.005),
      ({ patchPowerMinOverMedian }) => patchPowerMinOverMedian,
      'the same windows',
    ),
  ];
}

async function measure(preset: string): Promise<DefocusedPairStatistics[]> {
  const { matrixUmPerUnit } = presetNamed(preset).stigmator;
  const found: DefocusedPairStatistics[] = [];
  for (const seed of seeds) {
    const expose = openInstrument({ preset, specimen: 'tissue', seed });
    const frameAt = async (zUm: number) => {
      const deviation = deviationOfAberration({ zUm, ...astigmatism }, matrixUmPerUnit);
      return (await expose(deviation, { ...size, dwellTimeNs })).data;
    };
    found.push(
      defocusStatistics(
        [await frameAt(underUm), await frameAt(overUm)],
        size.width,
        size.height,
        pixelSizeNm,
      ),
    );
  }
  return found;
}
