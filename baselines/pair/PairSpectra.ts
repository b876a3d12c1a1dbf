/**
 * Power and cross spectra of a pair of frames on the low part of the half plane: column `nx` = 0 ..
 * `reach`, row `ny` = -`reach` .. `reach`, index `nx * (2 reach + 1) + ny + reach`, wave vector
 * `k = step * (nx, ny)` rad/um. Of one patch, or pooled over several.
 *
 * Normalised so that white noise of variance v per pixel gives power v at every k.
 */
export interface PairSpectra {
  readonly reach: number;
  readonly stepRadPerUm: number;
  readonly powerUnder: Float64Array;
  readonly powerOver: Float64Array;
  /** conj(under) * over. */
  readonly crossRe: Float64Array;
  readonly crossIm: Float64Array;
  /** Power of the white noise of either frame, from the high vertical frequencies of the same columns. */
  readonly noiseUnder: number;
  readonly noiseOver: number;
  /** Statistically independent bins per bin; the window correlates neighbours, patches add up. */
  readonly independentBins: number;
  /**
   * Variance per axis of the window's power spectrum, in bins^2: what is at one wave vector is seen
   * spread over its neighbours, 1/3 for Hann.
   */
  readonly smearBins2: number;
  /**
   * Power spectrum of the window, 1 in all over the whole plane: how what is at one wave vector is seen spread.
   * Laid out as the powers; what lies beyond is not kept.
   */
  readonly smear: Float64Array;
  /** How many patches were averaged; overlapping ones count by the area they cover. */
  readonly independentPatches: number;
  /** Part of the window's power that bodies have left; pooled patches count by it. */
  readonly weight: number;
}

/**
 * Estimators leave out the columns before this one: offsets of whole rows, which every SEM has,
 * stand there as if they were specimen. The window spreads column 0 into column 1.
 */
export const firstColumn = 2;

/** Rounding to whole grey values alone makes this much noise. */
const roundingNoise = 1 / 12;

/** One of the two frames may be sharp and hold specimen even there: the smaller is the noise. */
export function noisePowerOf({ noiseUnder, noiseOver }: PairSpectra): number {
  return Math.max(Math.min(noiseUnder, noiseOver), roundingNoise);
}

/**
 * Spectra in which both frames have the noise of the under frame: a change of contrast between two frames
 * that are blurred alike scales noise and specimen by the same factor, and the noise tells it best. Where next to
 * no noise is there, the spectra as they are.
 */
export function withEqualNoise(spectra: PairSpectra): PairSpectra {
  const { noiseUnder, noiseOver, powerOver, crossRe, crossIm } = spectra;
  if (Math.min(noiseUnder, noiseOver) <= roundingNoise) return spectra;
  const gain = Math.sqrt(noiseUnder / noiseOver);
  return {
    ...spectra,
    powerOver: powerOver.map((value) => gain * gain * value),
    crossRe: crossRe.map((value) => gain * value),
    crossIm: crossIm.map((value) => gain * value),
    noiseOver: noiseUnder,
  };
}

/** Mean of the spectra of patches of one side, by their weights. */
export function poolSpectra(
  patches: readonly PairSpectra[],
  /** Part of the patches' summed area that they cover together, in (0, 1]: less where they overlap. */
  coverage: number,
): PairSpectra {
  const [first] = patches;
  if (first === undefined) throw new RangeError('patches must hold at least 1. Received 0');
  if (patches.length === 1) return first;
  const total = patches.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (of: (spectra: PairSpectra) => Float64Array) => {
    const sum = new Float64Array(of(first).length);
    for (const patch of patches) {
      const share = patch.weight / total;
      const values = of(patch);
      for (let i = 0; i < sum.length; i++) sum[i]! += share * values[i]!;
    }
    return sum;
  };
  const meanOf = (of: (spectra: PairSpectra) => number) =>
    patches.reduce((sum, patch) => sum + (patch.weight / total) * of(patch), 0);
  // As many patches of equal weight would average as much noise away.
  const equal = total ** 2 / patches.reduce((sum, { weight }) => sum + weight ** 2, 0);
  const independentPatches = Math.max(1, equal * coverage);
  return {
    ...first,
    powerUnder: mean((spectra) => spectra.powerUnder),
    powerOver: mean((spectra) => spectra.powerOver),
    crossRe: mean((spectra) => spectra.crossRe),
    crossIm: mean((spectra) => spectra.crossIm),
    noiseUnder: meanOf(({ noiseUnder }) => noiseUnder),
    noiseOver: meanOf(({ noiseOver }) => noiseOver),
    smearBins2: meanOf(({ smearBins2 }) => smearBins2),
    smear: mean(({ smear }) => smear),
    independentBins: meanOf(({ independentBins }) => independentBins) * independentPatches,
    independentPatches,
    weight: total / patches.length,
  };
}
