import type { Aberration } from '../../harness/microscope/index.ts';
import type { HalfSpectrum } from '../../harness/numeric/index.ts';
import type { Specimen } from '../specimen/drawing/Specimen.ts';
import { assertOptics } from './assertOptics.ts';
import { blurReachPx } from './blurReachPx.ts';
import type { FrameGeometry } from './FrameGeometry.ts';
import { focalPlanes } from './focalPlanes.ts';
import { HeightMap, type Rectangle } from './HeightMap.ts';
import type { Optics } from './Optics.ts';
import { type PreparedPlace, placesOf } from './placesOf.ts';
import { largestMargin } from './SpecimenRaster.ts';
import { shiftReachPx } from './shiftResponse.ts';
import { transferFunction } from './transferFunction.ts';

/**
 * Margins of specimen round a tile, px. In steps, so that a converging algorithm does not prepare
 * a place anew every time; the one taken follows from the request alone, never from what was
 * rendered before. Beyond the last the blur is wider than any structure.
 */
const margins = [64, 96, 128, 192, 256, 384, 512, 768, largestMargin] as const;
/** Whole-pixel shifts up to half of this are done in the spectrum, larger ones on the specimen. */
const anchorStepPx = 128;

/**
 * Renders the expected yield of frames: specimen convolved with the probe, shifted.
 *
 * Linear, noise-free and without wrap-around: blur at a frame's edge comes from the specimen
 * beyond it. A second frame of a place that is at hand ({@link placesOf}) costs one inverse FFT per tile
 * and plane of focus.
 */
export class FrameBlurrer {
  readonly #specimen: Specimen;
  readonly #optics: Optics;

  /** @throws ConfigError if there is no such probe; see `assertOptics`. */
  constructor(specimen: Specimen, optics: Optics) {
    assertOptics(optics);
    this.#specimen = specimen;
    this.#optics = optics;
  }

  /**
   * Equal arguments give equal bytes, whatever was rendered before. A frame and a part of it, or
   * two tilings, agree to 1e-4 on the sharpest edges there are, better if smoother; with
   * `wave`, whose rings of diffraction reach beyond every margin, to 2e-4. A blur wider than
   * `largestMargin` tends to the mean of the tile.
   *
   * A specimen that is not flat is rendered in planes of focus, see `focalPlanes`; a pixel
   * between two planes is interpolated. Light is collected at a pixel with the blur of its own
   * height, which is exact where height changes little within the width of the blur.
   *
   * @param shiftNm - How far the content is moved, x to the right, y down, any sub-pixel amount.
   * @param heightUm - What to add to `zUm` at the pixel in column `xPx` and row `yPx`, in um.
   * @returns expected relative yield per pixel, row-major `[height, width]`, >= 0.
   */
  render(
    geometry: FrameGeometry,
    aberration: Aberration,
    shiftNm: { readonly x: number; readonly y: number },
    heightUm?: (xPx: number, yPx: number) => number,
  ): Float32Array {
    const { width, height, pixelSizeNm } = geometry;
    const shiftX = shiftNm.x / pixelSizeNm;
    const shiftY = shiftNm.y / pixelSizeNm;
    const anchorX = Math.round(shiftX / anchorStepPx) * anchorStepPx;
    const anchorY = Math.round(shiftY / anchorStepPx) * anchorStepPx;
    const restPx = { x: shiftX - anchorX, y: shiftY - anchorY };
    const heights = heightUm && new HeightMap(width, height, heightUm);
    const planes = focalPlanes(aberration.zUm, heights?.lowest ?? 0, heights?.highest ?? 0);
    const reach = Math.max(
      ...planes.map((zUm) => blurReachPx({ ...aberration, zUm }, this.#optics, pixelSizeNm)),
    );
    const needed = reach + Math.max(Math.abs(restPx.x), Math.abs(restPx.y)) + shiftReachPx + 1;
    const place = placesOf(this.#specimen).prepare(
      {
        ...geometry,
        leftNm: geometry.leftNm - anchorX * pixelSizeNm,
        topNm: geometry.topNm - anchorY * pixelSizeNm,
      },
      margins.find((margin) => margin >= needed) ?? largestMargin,
    );
    const out = new Float32Array(width * height);
    const { fft, filter, blurred } = place.workspace;
    planes.forEach((zUm, index) => {
      const state = { ...aberration, zUm };
      const columnCount = transferFunction(filter, pixelSizeNm, state, this.#optics, restPx);
      const blur = { response: filter, columnCount };
      for (const part of partsOf(place)) {
        if (heights === undefined || planes.length === 1) {
          fft.inverse(part.tile, blurred, blur);
          copyPart(out, width, part, blurred);
          continue;
        }
        // Heights are counted from the frame's own focus.
        const [below, at, above] = [-1, 0, 1].map(
          (step) => (planes[index + step] ?? zUm + step) - aberration.zUm,
        ) as [number, number, number];
        if (!heights.hasAny(part, below, above)) continue;
        fft.inverse(part.tile, blurred, blur);
        addPart(out, width, part, blurred, heights.valuesUm, below, at, above);
      }
    });
    clampToZero(out);
    return out;
  }

  /** Yields of the pixels of a frame before any probe blurs them, row-major `[height, width]`. */
  specimenUnder(geometry: FrameGeometry): Float32Array {
    return placesOf(this.#specimen).yieldsOf(geometry);
  }
}

/** Where a tile's pixels belong in the frame. */
interface FramePart extends Rectangle {
  readonly tile: HalfSpectrum;
  /** Index, in the tile, of the pixel that comes to (x, y). */
  readonly from: number;
}

function partsOf({ geometry, margin, plan, tiles }: PreparedPlace): FramePart[] {
  return tiles.map((tile, i) => {
    const { x, y } = plan.origins[i]!;
    return {
      tile,
      x,
      y,
      width: Math.min(plan.validWidth, geometry.width - x),
      height: Math.min(plan.validHeight, geometry.height - y),
      from: margin * plan.tileWidth + margin,
    };
  });
}

/**
 * A sharp edge can undershoot by rounding and Gibbs; a yield cannot be negative. Looks at the sign
 * bits of four values at once: most have none to change.
 */
function clampToZero(yields: Float32Array): void {
  const bits = new Int32Array(yields.buffer);
  const inFours = bits.length - (bits.length % 4);
  for (let i = 0; i < inFours; i += 4) {
    if ((bits[i]! | bits[i + 1]! | bits[i + 2]! | bits[i + 3]!) >= 0) continue;
    for (let j = i; j < i + 4; j++) if (bits[j]! < 0) bits[j] = 0;
  }
  for (let i = inFours; i < bits.length; i++) if (bits[i]! < 0) bits[i] = 0;
}

function copyPart(
  out: Float32Array,
  frameWidth: number,
  { tile, x, y, width, height, from }: FramePart,
  blurred: Float32Array,
): void {
  for (let row = 0; row < height; row++) {
    const start = from + row * tile.width;
    out.set(blurred.subarray(start, start + width), (y + row) * frameWidth + x);
  }
}

/** Adds a plane of focus, weighted by 1 at its own height and by 0 at those of its neighbours. */
function addPart(
  out: Float32Array,
  frameWidth: number,
  { tile, x, y, width, height, from }: FramePart,
  blurred: Float32Array,
  heightsUm: Float32Array,
  below: number,
  at: number,
  above: number,
): void {
  const perUmBelow = 1 / (at - below);
  const perUmAbove = 1 / (above - at);
  for (let row = 0; row < height; row++) {
    const start = from + row * tile.width;
    const to = (y + row) * frameWidth + x;
    for (let column = 0; column < width; column++) {
      const height = heightsUm[to + column]!;
      const weight = height < at ? (height - below) * perUmBelow : (above - height) * perUmAbove;
      if (weight > 0) out[to + column]! += weight * blurred[start + column]!;
    }
  }
}
