import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import { ConfigError, type Rectangle } from '../../harness/microscope/index.ts';
import { type PairSpectra, poolSpectra } from './PairSpectra.ts';
import { PairSpectrometer, type Preparation } from './PairSpectrometer.ts';
import type { PairParameters } from './pairParameters.ts';
import { type AutoLayout, patchLayout, usualLayout } from './patchLayout.ts';
import { type BandShape, type SpectrumBins, spectrumBins } from './SpectrumBins.ts';

/** Lays patches over pairs and measures their spectra; keeps what depends on the size of a patch. */
export class SpectraSource {
  readonly #parameters: PairParameters;
  readonly #auto: AutoLayout;
  readonly #spectrometers = new Map<string, PairSpectrometer>();
  readonly #bins = new Map<string, SpectrumBins>();

  constructor(parameters: PairParameters, auto: AutoLayout = usualLayout) {
    this.#parameters = parameters;
    this.#auto = auto;
  }

  /** @throws ConfigError if the two frames differ in size or are smaller than a patch. */
  patches(pair: PerturbedPair): Rectangle[] {
    const [height = 0, width = 0] = pair.under.shape;
    const [otherHeight = 0, otherWidth = 0] = pair.over.shape;
    if (width !== otherWidth || height !== otherHeight) {
      throw new ConfigError(
        `the two frames must have one size. Received ${width} x ${height} px (under) and ${otherWidth} x ${otherHeight} px (over)`,
      );
    }
    return patchLayout(width, height, this.#parameters, this.#auto);
  }

  /** @param shiftPx - Displacement of the over frame's content, whole px. */
  measure(
    pair: PerturbedPair,
    patches: readonly Rectangle[],
    shiftPx: { readonly x: number; readonly y: number },
    preparation: Preparation,
  ): PairSpectra[] {
    return patches.map((patch) => this.measureOne(pair, patch, shiftPx, preparation));
  }

  measureOne(
    { under, over, pixelSizeNm }: PerturbedPair,
    patch: Rectangle,
    shiftPx: { readonly x: number; readonly y: number },
    preparation: Preparation,
  ): PairSpectra {
    const { width: side } = patch;
    const spectrometer = remembered(
      this.#spectrometers,
      `${side} ${preparation}`,
      () => new PairSpectrometer(side, preparation),
    );
    const { bandFraction } = this.#parameters;
    return spectrometer.measure(under, over, patch, shiftPx, pixelSizeNm, bandFraction);
  }

  /** Where the spectra of {@link measure} are looked at. */
  bins({ reach }: PairSpectra, shape: BandShape): SpectrumBins {
    return remembered(this.#bins, `${reach} ${shape}`, () => spectrumBins(reach, shape));
  }
}

/** Mean over patches, which together show no more than the frame that they cover. */
export function pooled(
  spectra: readonly PairSpectra[],
  patches: readonly Rectangle[],
  { under }: PerturbedPair,
): PairSpectra {
  const [height = 0, width = 0] = under.shape;
  const area = patches.reduce((sum, patch) => sum + patch.width * patch.height, 0);
  return poolSpectra(spectra, Math.min(1, (width * height) / area));
}

/** How far the image is expected to move from the under to the over frame, in whole px. */
export function expectedShiftPx(
  pair: PerturbedPair,
  shiftNmPerUm: { readonly x: number; readonly y: number },
): { x: number; y: number } {
  const umToPx = (2 * pair.perturbationUm) / pair.pixelSizeNm;
  return { x: Math.round(shiftNmPerUm.x * umToPx), y: Math.round(shiftNmPerUm.y * umToPx) };
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const old = known.get(key);
  if (old !== undefined) return old;
  const made = make();
  known.set(key, made);
  return made;
}
