import type { Aberration } from '../../harness/microscope/index.ts';
import { type HalfSpectrum, RealFft2 } from '../../harness/numeric/index.ts';
import type { Specimen } from '../specimen/Specimen.ts';
import { blurReachPx } from './blurReachPx.ts';
import { planTiles, type TilePlan } from './planTiles.ts';
import { type Optics, transferFunction } from './transferFunction.ts';

/** Where a frame lies on the specimen. */
export interface FrameGeometry {
  /** Upper left corner of the upper left pixel, nm. */
  readonly leftNm: number;
  readonly topNm: number;
  readonly width: number;
  readonly height: number;
  readonly pixelSizeNm: number;
}

/** The specimen under one frame and around it. */
interface Raster {
  readonly geometry: FrameGeometry;
  readonly margin: number;
  readonly yields: Float32Array;
}

/** A raster cut into tiles and transformed, ready for any focus state. */
interface PreparedPlace {
  readonly geometry: FrameGeometry;
  readonly margin: number;
  readonly plan: TilePlan;
  readonly fft: RealFft2;
  readonly tiles: readonly HalfSpectrum[];
}

/** Margins come in these steps, so that a converging algorithm does not prepare a place anew every time. */
const marginStep = 32;
/** Beyond this the blur is wider than any structure and its outermost tail no longer matters. */
const largestMargin = 1024;
/** Specimen faded into the mean at a tile's rim: without it, sub-pixel shifts ring at the seam. */
const fade = 24;
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
  #raster: Raster | undefined;

  constructor(specimen: Specimen, optics: Optics) {
    this.#specimen = specimen;
    this.#optics = optics;
  }

  /**
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
    const needed = Math.ceil(reach + Math.max(Math.abs(restX), Math.abs(restY)) + fade + 1);
    const place = this.#prepare(
      {
        ...geometry,
        leftNm: geometry.leftNm - anchorX * pixelSizeNm,
        topNm: geometry.topNm - anchorY * pixelSizeNm,
      },
      Math.min(needed, largestMargin),
    );
    const { plan, fft, margin } = place;
    const { tileWidth, tileHeight } = plan;
    const otf = transferFunction(tileWidth, tileHeight, pixelSizeNm, aberration, this.#optics);
    const product = fft.createSpectrum();
    const blurred = new Float32Array(tileWidth * tileHeight);
    const out = new Float32Array(width * height);
    plan.origins.forEach(({ x, y }, i) => {
      const tile = place.tiles[i];
      if (tile === undefined) throw new RangeError(`no tile ${i}`);
      multiply(product, tile, otf, restX, restY);
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

  /** Rasterises and transforms a place, unless it is at hand with at least the margin asked. */
  #prepare(geometry: FrameGeometry, needed: number): PreparedPlace {
    const known = this.#places.find(
      (place) =>
        place.margin >= needed &&
        place.margin <= 2 * needed + marginStep &&
        sameGeometry(place.geometry, geometry),
    );
    if (known !== undefined) {
      this.#places = [known, ...this.#places.filter((place) => place !== known)];
      return known;
    }
    const margin = Math.ceil(needed / marginStep) * marginStep;
    const raster = this.#rasterise(geometry, margin);
    const { width, height } = geometry;
    const plan = planTiles(width, height, margin);
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

  /** The last raster, if it is of this place and wide enough: rasterising is the dearest step. */
  #rasterise(geometry: FrameGeometry, margin: number): Raster {
    const last = this.#raster;
    if (last !== undefined && last.margin >= margin && sameGeometry(last.geometry, geometry)) {
      return last;
    }
    const { leftNm, topNm, width, height, pixelSizeNm } = geometry;
    const yields = this.#specimen.rasterise({
      leftNm: leftNm - margin * pixelSizeNm,
      topNm: topNm - margin * pixelSizeNm,
      width: width + 2 * margin,
      height: height + 2 * margin,
      pixelSizeNm,
    });
    this.#raster = { geometry, margin, yields };
    return this.#raster;
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

/** Copies one tile from the raster; beyond its margin, and at the tile's rim, the mean yield 1. */
function cutTile(
  tile: Float32Array,
  plan: TilePlan,
  raster: Raster,
  margin: number,
  left: number,
  top: number,
): void {
  const { tileWidth, tileHeight } = plan;
  const { width, height } = raster.geometry;
  const rasterWidth = width + 2 * raster.margin;
  const spare = raster.margin - margin;
  const columns = Math.min(tileWidth, width + 2 * margin - left);
  const rows = Math.min(tileHeight, height + 2 * margin - top);
  const fadeX = fadeWeights(columns);
  const fadeY = fadeWeights(rows);
  tile.fill(1);
  for (let y = 0; y < rows; y++) {
    const from = (spare + top + y) * rasterWidth + spare + left;
    const weightY = fadeY[y]!;
    for (let x = 0; x < columns; x++) {
      tile[y * tileWidth + x] = 1 + weightY * fadeX[x]! * (raster.yields[from + x]! - 1);
    }
  }
}

/** Raised cosine from 0 to 1 over the outermost pixels at both ends, 1 between. */
function fadeWeights(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => {
    const fromEnd = Math.min(i, length - 1 - i) + 0.5;
    return fromEnd >= fade ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * fromEnd) / fade);
  });
}

/** `product = tile * otf * exp(-i k shift)`, the shift in px. */
function multiply(
  product: HalfSpectrum,
  tile: HalfSpectrum,
  otf: Float32Array,
  shiftX: number,
  shiftY: number,
): void {
  const { width, height } = tile;
  const cosY = new Float64Array(height);
  const sinY = new Float64Array(height);
  for (let ny = 0; ny < height; ny++) {
    const n = ny < height / 2 ? ny : ny - height;
    const phase = (-2 * Math.PI * n * shiftY) / height;
    cosY[ny] = Math.cos(phase);
    // The Nyquist row stands for +k and -k at once: only the even part survives.
    sinY[ny] = ny === height / 2 ? 0 : Math.sin(phase);
  }
  const out = product.data;
  const source = tile.data;
  for (let nx = 0; nx <= width / 2; nx++) {
    const phase = (-2 * Math.PI * nx * shiftX) / width;
    const cosX = Math.cos(phase);
    const sinX = nx === width / 2 ? 0 : Math.sin(phase);
    for (let ny = 0, i = nx * height; ny < height; ny++, i++) {
      const gain = otf[i]!;
      const c = gain * (cosX * cosY[ny]! - sinX * sinY[ny]!);
      const s = gain * (cosX * sinY[ny]! + sinX * cosY[ny]!);
      const re = source[2 * i]!;
      const im = source[2 * i + 1]!;
      out[2 * i] = c * re - s * im;
      out[2 * i + 1] = s * re + c * im;
    }
  }
}
