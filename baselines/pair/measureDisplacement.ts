import { nextFftLength, RealFft2 } from '../../harness/numeric/index.ts';
import { noisePowerOf, type PairSpectra } from './PairSpectra.ts';
import type { SpectrumBins } from './SpectrumBins.ts';

/** The displacement of the over frame's content against the under frame's, beyond what was cut for. */
export interface Displacement {
  readonly xUm: number;
  readonly yUm: number;
  /** False where no peak stands out of the noise; the displacement is then the expected one. */
  readonly isSignificant: boolean;
}

/**
 * How far the displacement usually is from what the calibration says, and how far it may be at most:
 * covers a calibration that knows of no shift.
 */
const priorSdUm = 0.15;
const searchRadiusUm = 0.4;
/** A peak must exceed the largest of as many random values by this many standard deviations. */
const significanceMargin = 2;

/**
 * The likeliest displacement between two frames from their cross spectrum, with what the calibration
 * expects as prior. From the spectra of all patches at once, which also the estimate is made of: no
 * further transform of the frames is needed.
 *
 * Every ring counts by its coherence C: the logarithm of the likelihood of a phase is
 * `2 C / (1 - C^2)` times the cosine of what is left of it. So rings without specimen count for
 * nothing. Where a disc probe has reversed the contrast of one frame the rings work against the peak;
 * the coarse rings below, which hold most of the coherence, outweigh them.
 *
 * @param expected - Where the prior is centred, um, relative to what the patches were cut for.
 * @see E. J. Hannan, P. J. Thomson 1973, Estimating group delay, Biometrika 60 (the weights).
 */
export function measureDisplacement(
  spectra: PairSpectra,
  bins: SpectrumBins,
  expected: { readonly xUm: number; readonly yUm: number },
): Displacement {
  const { reach, stepRadPerUm, crossRe, crossIm, independentBins } = spectra;
  const weights = coherenceWeights(spectra, bins);
  const length = nextFftLength(2 * reach + 2);
  const fft = new RealFft2(length, length);
  const weighted = fft.createSpectrum();
  let variance = 0;
  for (let j = 0; j < bins.at.length; j++) {
    const i = bins.at[j]!;
    const ny = bins.ny[j]!;
    const to = 2 * (bins.nx[j]! * length + (ny < 0 ? ny + length : ny));
    const weight = independentBins * weights.weight[j]!;
    weighted.data[to] = weight * crossRe[i]!;
    weighted.data[to + 1] = weight * crossIm[i]!;
    variance += independentBins * weights.variance[j]!;
  }
  // The other half of the plane comes along: half of the sum over all of it.
  const correlation = fft.inverse(weighted);
  const perUnit = (length * length) / 2;
  const pitchUm = (2 * Math.PI) / (length * stepRadPerUm);
  const reachPx = Math.min(Math.floor(searchRadiusUm / pitchUm), Math.floor(length / 4));
  const centreX = Math.round(expected.xUm / pitchUm);
  const centreY = Math.round(expected.yUm / pitchUm);
  let best = { value: -Infinity, x: 0, y: 0, nats: 0 };
  for (let y = centreY - reachPx; y <= centreY + reachPx; y++) {
    for (let x = centreX - reachPx; x <= centreX + reachPx; x++) {
      const offUm = Math.hypot(x * pitchUm - expected.xUm, y * pitchUm - expected.yUm);
      if (offUm > searchRadiusUm) continue;
      const nats = perUnit * correlation[wrapped(y, length) * length + wrapped(x, length)]!;
      const value = nats - offUm ** 2 / (2 * priorSdUm ** 2);
      if (value > best.value) best = { value, x, y, nats };
    }
  }
  // As many values in the search are independent as it has cells of the grid.
  const candidates = 1 + Math.PI * reachPx ** 2;
  const needed = Math.sqrt(variance) * (Math.sqrt(2 * Math.log(candidates)) + significanceMargin);
  const isSignificant = best.nats > 0 && best.nats > needed;
  if (!isSignificant) return { ...expected, isSignificant };
  return { xUm: best.x * pitchUm, yUm: best.y * pitchUm, isSignificant };
}

function wrapped(index: number, length: number): number {
  return ((index % length) + length) % length;
}

/** Weight of every bin's cross spectrum, and the variance that unrelated frames give it. */
function coherenceWeights(
  spectra: PairSpectra,
  { at, ringStarts }: SpectrumBins,
): { weight: Float64Array; variance: Float64Array } {
  const { powerUnder, powerOver } = spectra;
  const noise = noisePowerOf(spectra);
  const weight = new Float64Array(at.length);
  const variance = new Float64Array(at.length);
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const from = ringStarts[ring]!;
    const to = ringStarts[ring + 1]!;
    let under = 0;
    let over = 0;
    for (let j = from; j < to; j++) {
      under += powerUnder[at[j]!]!;
      over += powerOver[at[j]!]!;
    }
    under /= to - from;
    over /= to - from;
    const signal = Math.max(under - noise, 0) * Math.max(over - noise, 0);
    const total = under * over;
    if (!(signal > 0 && total > signal)) continue;
    const perCross = (2 * Math.sqrt(signal)) / (total - signal);
    weight.fill(perCross, from, to);
    variance.fill((perCross * perCross * total) / 2, from, to);
  }
  return { weight, variance };
}
