import type { Aberration } from '../../harness/microscope/index.ts';
import { type HalfSpectrum, RealFft2 } from '../../harness/numeric/index.ts';
import type { Specimen } from '../specimen/Specimen.ts';
import { blurReachPx } from './blurReachPx.ts';
import type { FrameGeometry } from './FrameGeometry.ts';
import { planTiles, type TilePlan } from './planTiles.ts';
import { largestMargin, SpecimenRaster } from './SpecimenRaster.ts';
import { type ShiftResponse, shiftReachPx, shiftResponse } from './shiftResponse.ts';
import { type Optics, transferFunction } from './transferFunction.ts';

/** A raster cut into tiles and transformed, ready for any focus state. */
interface PreparedPlace {
  readonly geometry: FrameGeometry;
  readonly margin: number;
  readonly plan: TilePlan;
  readonly fft: RealFft2;
  readonly tiles: readonly HalfSpectrum[];
}

/**
 * Margins of specimen round a tile, px. In steps, so that a converging algorithm does not prepare
 * a place anew every time; the one taken follows from the request alone, never from what was
 * rendered before. Beyond the last the blur is wider than any structure.
 */
const margins = [64, 96, 128, 192, 256, 384, 512, 768, largestMargin] as const;
/** Whole-pixel shifts up to half of this are done in the spectrum, larger ones on the specimen. */
const anchorStepPx = 128;
/** Two: the margin that a converging algorithm comes from, and the one it goes to. */
const placesKept = 2;

/**
 * Renders the expected yield of frames: specimen convolved with the probe, shifted.
 *
 * Linear, noise-free and without wrap-around: blur at a frame's edge comes from the specimen
 * beyond it. The transformed specimen of the last places is kept, so that a second frame of the
 * same place costs one inverse FFT per tile.
 */
export class FrameBlurrer {
  readonly #specimen: Specimen;
  readonly #optics: Optics;
  #places: PreparedPlace[] = [];
  #raster: SpecimenRaster | undefined;

  constructor(specimen: Specimen, optics: Optics) {
    this.#specimen = specimen;
    this.#optics = optics;
  }

  /**
   * Equal arguments give equal bytes, whatever was rendered before. A frame and a part of it, or
   * two tilings, agree to 3e-5 on structure up to the Nyquist frequency, better if smoother. A
   * blur wider than {@link largestMargin} tends to the mean of the tile.
   *
   * @param shiftNm - How far the content is moved, x to the right, y down, any sub-pixel amount.
   * @returns expected relative yield per pixel, row-major `[height, width]`, >= 0.
   */
  render(
    geometry: FrameGeometry,
    aberration: Aberration,
    shiftNm: { readonly x: number; readonly y: number },
  ): Float32Array {
    const { width, height, pixelSizeNm } = geometry;
    const shiftX = shiftNm.x / pixelSizeNm;
    const shiftY = shiftNm.y / pixelSizeNm;
    const anchorX = Math.round(shiftX / anchorStepPx) * anchorStepPx;
    const anchorY = Math.round(shiftY / anchorStepPx) * anchorStepPx;
    const restX = shiftX - anchorX;
    const restY = shiftY - anchorY;
    const reach = blurReachPx(aberration, this.#optics, pixelSizeNm);
    const needed = reach + Math.max(Math.abs(restX), Math.abs(restY)) + shiftReachPx + 1;
    const place = this.#prepare(
      {
        ...geometry,
        leftNm: geometry.leftNm - anchorX * pixelSizeNm,
        topNm: geometry.topNm - anchorY * pixelSizeNm,
      },
      margins.find((margin) => margin >= needed) ?? largestMargin,
    );
    const { plan, fft, margin } = place;
    const { tileWidth, tileHeight } = plan;
    const otf = transferFunction(tileWidth, tileHeight, pixelSizeNm, aberration, this.#optics);
    const shift = { x: shiftResponse(tileWidth, restX), y: shiftResponse(tileHeight, restY) };
    const product = fft.createSpectrum();
    const blurred = new Float32Array(tileWidth * tileHeight);
    const out = new Float32Array(width * height);
    plan.origins.forEach(({ x, y }, i) => {
      const tile = place.tiles[i];
      if (tile === undefined) throw new RangeError(`no tile ${i}`);
      multiply(product, tile, otf, shift.x, shift.y);
      fft.inverse(product, blurred);
      const columns = Math.min(plan.validWidth, width - x);
      const rows = Math.min(plan.validHeight, height - y);
      for (let row = 0; row < rows; row++) {
        const from = (margin + row) * tileWidth + margin;
        const to = (y + row) * width + x;
        // A sharp edge can undershoot by rounding and Gibbs; a yield cannot be negative.
        for (let c = 0; c < columns; c++) out[to + c] = Math.max(0, blurred[from + c]!);
      }
    });
    return out;
  }

  /** Rasterises and transforms a place, unless it is at hand with this very margin. */
  #prepare(geometry: FrameGeometry, margin: number): PreparedPlace {
    const known = this.#places.find(
      (place) => place.margin === margin && sameGeometry(place.geometry, geometry),
    );
    if (known !== undefined) {
      this.#places = [known, ...this.#places.filter((place) => place !== known)];
      return known;
    }
    if (this.#raster === undefined || !sameGeometry(this.#raster.geometry, geometry)) {
      this.#raster = new SpecimenRaster(this.#specimen, geometry);
    }
    const raster = this.#raster;
    raster.growTo(margin);
    const plan = planTiles(geometry.width, geometry.height, margin);
    const fft = new RealFft2(plan.tileWidth, plan.tileHeight);
    const tile = new Float32Array(plan.tileWidth * plan.tileHeight);
    const tiles = plan.origins.map(({ x, y }) => {
      cutTile(tile, plan, raster, margin, x, y);
      return fft.forward(tile);
    });
    const place = { geometry, margin, plan, fft, tiles };
    this.#places = [place, ...this.#places].slice(0, placesKept);
    return place;
  }
}

function sameGeometry(p: FrameGeometry, q: FrameGeometry): boolean {
  return (
    p.leftNm === q.leftNm &&
    p.topNm === q.topNm &&
    p.width === q.width &&
    p.height === q.height &&
    p.pixelSizeNm === q.pixelSizeNm
  );
}

/** Copies one tile from the raster; beyond its margin, the mean yield 1. */
function cutTile(
  tile: Float32Array,
  { tileWidth, tileHeight }: TilePlan,
  raster: SpecimenRaster,
  margin: number,
  left: number,
  top: number,
): void {
  const { width, height } = raster.geometry;
  const rasterWidth = width + 2 * raster.margin;
  const spare = raster.margin - margin;
  const columns = Math.min(tileWidth, width + 2 * margin - left);
  const rows = Math.min(tileHeight, height + 2 * margin - top);
  tile.fill(1);
  for (let y = 0; y < rows; y++) {
    const from = (spare + top + y) * rasterWidth + spare + left;
    tile.set(raster.yields.subarray(from, from + columns), y * tileWidth);
  }
}

/** `product = tile * otf * shift`. */
function multiply(
  product: HalfSpectrum,
  tile: HalfSpectrum,
  otf: Float32Array,
  shiftX: ShiftResponse,
  shiftY: ShiftResponse,
): void {
  const { width, height } = tile;
  const out = product.data;
  const source = tile.data;
  for (let nx = 0; nx <= width / 2; nx++) {
    const reX = shiftX.re[nx]!;
    const imX = shiftX.im[nx]!;
    for (let ny = 0, i = nx * height; ny < height; ny++, i++) {
      const gain = otf[i]!;
      const c = gain * (reX * shiftY.re[ny]! - imX * shiftY.im[ny]!);
      const s = gain * (reX * shiftY.im[ny]! + imX * shiftY.re[ny]!);
      const re = source[2 * i]!;
      const im = source[2 * i + 1]!;
      out[2 * i] = c * re - s * im;
      out[2 * i + 1] = s * re + c * im;
    }
  }
}
