import { type RandomStream, samplePoisson } from '../../harness/numeric/index.ts';
import type { Preset } from '../presets/Preset.ts';

/** A stream for every cause of randomness, so that switching one off leaves the others unchanged. */
export interface DetectorStreams {
  readonly noise: RandomStream;
  readonly rows: RandomStream;
  readonly brightness: RandomStream;
}

/**
 * From the expected yield to grey values: Poisson counts, the detector's bandwidth, gain, offset,
 * row offsets, rounding, clipping. The scale is inverted, as measured on the instrument:
 * `grey = P - G N`, G so that yield 1 has the mean grey at every dose, hence
 * `variance = G (P - grey)`.
 *
 * @param yields - Expected relative yield, row-major, `width` columns, >= 0.
 * @param primaries - Primary electrons per pixel, > 0.
 * @returns 8-bit grey values, row-major.
 */
export function detectFrame(
  yields: Float32Array,
  width: number,
  primaries: number,
  detector: Preset['detector'],
  streams: DetectorStreams,
): Uint8Array {
  const countsAtMean = detector.efficiency * primaries;
  const expected = new Float32Array(yields.length);
  for (let i = 0; i < yields.length; i++) expected[i] = yields[i]! * countsAtMean;
  const counts = new Float32Array(yields.length);
  samplePoisson(expected, streams.noise, counts);

  const swing = detector.pedestalGrey - detector.meanGrey;
  const contrast = 1 + (detector.contrastStepPercent / 100) * streams.brightness.normal();
  const step = (detector.brightnessStepPercent / 100) * swing * streams.brightness.normal();
  const midGrey = 127.5;
  const colour = detector.noiseColour;
  const whiten = 1 / Math.sqrt(1 + colour * colour);
  const gain = swing / countsAtMean;
  const out = new Uint8Array(yields.length);
  for (let row = 0; row < yields.length; row += width) {
    const rowOffset = detector.rowOffsetGrey * streams.rows.normal();
    const offset = step + rowOffset;
    let before = 0;
    for (let i = row; i < row + width; i++) {
      const fluctuation = counts[i]! - expected[i]!;
      const signal = expected[i]! + whiten * (fluctuation + colour * before);
      before = fluctuation;
      const plain = detector.pedestalGrey - gain * signal;
      const grey = Math.round(midGrey + contrast * (plain - midGrey) + offset);
      out[i] = Math.max(0, Math.min(255, grey));
    }
  }
  return out;
}
