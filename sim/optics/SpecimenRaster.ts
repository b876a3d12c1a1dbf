import type { Specimen } from '../specimen/drawing/Specimen.ts';
import type { FrameGeometry } from './FrameGeometry.ts';

/** Margins at which a raster ends. A raster grows from one to the next, never otherwise. */
const margins = [64, 128, 256, 512, 1024] as const;
/** The widest margin of specimen that a raster can have round its frame, px. */
export const largestMargin = margins[margins.length - 1]!;

/**
 * The specimen under one frame and around it, rasterised as far out as anyone has asked.
 *
 * It grows by rings that depend on the geometry alone, so that a pixel has the same value to the
 * last bit in whatever order margins are asked for, and no pixel is rasterised twice.
 */
export class SpecimenRaster {
  readonly geometry: FrameGeometry;
  readonly #specimen: Specimen;
  #margin: number = margins[0];
  #yields: Float32Array;

  constructor(specimen: Specimen, geometry: FrameGeometry) {
    this.geometry = geometry;
    this.#specimen = specimen;
    const { width, height } = geometry;
    const margin = this.#margin;
    this.#yields = this.#paint(-margin, -margin, width + 2 * margin, height + 2 * margin);
  }

  /** Pixels on every side of the frame that are there now. */
  get margin(): number {
    return this.#margin;
  }

  /** Row-major, `width + 2 margin` columns and `height + 2 margin` rows. */
  get yields(): Float32Array {
    return this.#yields;
  }

  /** @param margin - px, at most {@link largestMargin}. */
  growTo(margin: number): void {
    for (const next of margins) {
      if (this.#margin < margin && this.#margin < next) this.#addRing(next);
    }
  }

  #addRing(margin: number): void {
    const { width, height } = this.geometry;
    const step = margin - this.#margin;
    const oldWidth = width + 2 * this.#margin;
    const oldHeight = height + 2 * this.#margin;
    const newWidth = width + 2 * margin;
    const grown = new Float32Array(newWidth * (height + 2 * margin));
    const put = (part: Float32Array, partWidth: number, left: number, top: number) => {
      for (let from = 0, to = top * newWidth + left; from < part.length; to += newWidth) {
        grown.set(part.subarray(from, from + partWidth), to);
        from += partWidth;
      }
    };
    put(this.#yields, oldWidth, step, step);
    put(this.#paint(-margin, -margin, newWidth, step), newWidth, 0, 0);
    put(this.#paint(-margin, height + this.#margin, newWidth, step), newWidth, 0, step + oldHeight);
    put(this.#paint(-margin, -this.#margin, step, oldHeight), step, 0, step);
    put(
      this.#paint(width + this.#margin, -this.#margin, step, oldHeight),
      step,
      step + oldWidth,
      step,
    );
    this.#margin = margin;
    this.#yields = grown;
  }

  /** A part of the specimen; `left` and `top` count pixels from the frame's upper left corner. */
  #paint(left: number, top: number, width: number, height: number): Float32Array {
    const { leftNm, topNm, pixelSizeNm } = this.geometry;
    return this.#specimen.rasterise({
      leftNm: leftNm + left * pixelSizeNm,
      topNm: topNm + top * pixelSizeNm,
      width,
      height,
      pixelSizeNm,
    });
  }
}
