import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import { type BodyMask, clippedBodies } from '../../harness/algorithm/pair/index.ts';
import { ConfigError, type Rectangle } from '../../harness/microscope/index.ts';
import { type PairSpectra, poolSpectra } from './PairSpectra.ts';
import { PairSpectrometer, type Preparation } from './PairSpectrometer.ts';
import type { PairParameters } from './pairParameters.ts';
import { type AutoLayout, patchLayout, usualLayout } from './patchLayout.ts';
import { type BandShape, type SpectrumBins, spectrumBins } from './SpectrumBins.ts';

/** px, x to the right, y down. */
interface Shift {
  readonly x: number;
  readonly y: number;
}

/** Patches, and what each of them shows. */
export interface PatchSpectra {
  readonly patches: readonly Rectangle[];
  readonly perPatch: readonly PairSpectra[];
}

/**
 * Over how much what lies around a clipped body rises to full weight, px. A body's surroundings are dark: the
 * edge that a steep rise cuts is as sharp in either frame, and the blur looks too small. Frames of simulated tissue 8 to 12 um and
 * 3 units off read 0.86 of it with 15 px, 0.93 with 30, 0.96 with 60, 0.97 with 90.
 */
const largestRisePx = 60;
/** Part of a patch's side that a rise takes at most: of small patches a wide one leaves next to nothing. */
const largestRise = 1 / 8;

/** A patch that bodies leave less of, part of its window's power, is not looked at. */
const leastWeight = 0.25;

/** Lays patches over pairs and measures their spectra; keeps what depends on the size of a patch. */
export class SpectraSource {
  readonly #parameters: PairParameters;
  readonly #auto: AutoLayout;
  readonly #spectrometers = new Map<string, PairSpectrometer>();
  readonly #bins = new Map<string, SpectrumBins>();
  #last?: Pick<PerturbedPair, 'under' | 'over'> & {
    readonly shiftPx: Shift;
    readonly risePx: number;
    readonly bodies: BodyMask | undefined;
  };

  constructor(parameters: PairParameters, auto: AutoLayout = usualLayout) {
    this.#parameters = parameters;
    this.#auto = auto;
  }

  /**
   * @param auto - What `auto` stands for, where that is not the usual.
   * @throws ConfigError if the two frames differ in size or are smaller than a patch.
   */
  patches(pair: PerturbedPair, auto = this.#auto): Rectangle[] {
    const [height = 0, width = 0] = pair.under.shape;
    const [otherHeight = 0, otherWidth = 0] = pair.over.shape;
    if (width !== otherWidth || height !== otherHeight) {
      throw new ConfigError(
        `the two frames must have one size. Received ${width} x ${height} px (under) and ${otherWidth} x ${otherHeight} px (over)`,
      );
    }
    return patchLayout(width, height, this.#parameters, auto);
  }

  /**
   * Spectra of the patches that bodies leave enough of; where that is none, of all of them as they are.
   *
   * @param shiftPx - Displacement of the over frame's content, whole px.
   */
  measure(
    pair: PerturbedPair,
    patches: readonly Rectangle[],
    shiftPx: Shift,
    preparation: Preparation,
  ): PatchSpectra {
    const all = patches.map((patch) => this.measureOne(pair, patch, shiftPx, preparation));
    const isKept = (_: unknown, i: number) => all[i]!.weight >= leastWeight;
    if (!all.some(isKept)) {
      return preparation === 'wide'
        ? { patches, perPatch: all }
        : this.measure(pair, patches, shiftPx, 'wide');
    }
    return { patches: patches.filter(isKept), perPatch: all.filter(isKept) };
  }

  measureOne(
    { under, over, pixelSizeNm }: PerturbedPair,
    patch: Rectangle,
    shiftPx: Shift,
    preparation: Preparation,
  ): PairSpectra {
    const { width: side } = patch;
    const spectrometer = remembered(
      this.#spectrometers,
      `${side} ${preparation}`,
      () => new PairSpectrometer(side, preparation),
    );
    const { bandFraction } = this.#parameters;
    const risePx = Math.min(largestRisePx, largestRise * side);
    const bodies =
      preparation === 'masked' ? this.#bodiesOf({ under, over }, shiftPx, risePx) : undefined;
    return spectrometer.measure(under, over, patch, shiftPx, pixelSizeNm, bandFraction, bodies);
  }

  /** Those of the pair that was looked at last are remembered: every patch asks for them. */
  #bodiesOf(
    pair: Pick<PerturbedPair, 'under' | 'over'>,
    shiftPx: Shift,
    risePx: number,
  ): BodyMask | undefined {
    const last = this.#last;
    const isSame =
      last?.under === pair.under &&
      last.over === pair.over &&
      last.shiftPx.x === shiftPx.x &&
      last.shiftPx.y === shiftPx.y &&
      last.risePx === risePx;
    if (isSame) return last.bodies;
    const bodies = clippedBodies(pair, shiftPx, risePx);
    this.#last = { ...pair, shiftPx, risePx, bodies };
    return bodies;
  }

  /** Where the spectra of {@link measure} are looked at. */
  bins({ reach }: PairSpectra, shape: BandShape): SpectrumBins {
    return remembered(this.#bins, `${reach} ${shape}`, () => spectrumBins(reach, shape));
  }
}

/** Mean over patches, at least one, which together show no more than the frame that they cover. */
export function pooled({ patches, perPatch }: PatchSpectra, { under }: PerturbedPair): PairSpectra {
  const [height = 0, width = 0] = under.shape;
  const area = patches.reduce((sum, patch) => sum + patch.width * patch.height, 0);
  return poolSpectra(perPatch, Math.min(1, (width * height) / area));
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
