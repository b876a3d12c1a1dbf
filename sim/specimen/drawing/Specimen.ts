import type { Polarity } from '../../detector/GreyLevels.ts';

/** A raster of square pixels in specimen coordinates. */
export interface SpecimenRegion {
  /** Upper left corner of the upper left pixel, in nm; x to the right, y down. */
  readonly leftNm: number;
  readonly topNm: number;
  readonly width: number;
  readonly height: number;
  readonly pixelSizeNm: number;
}

/**
 * A specimen: infinite, deterministic from its seed, no stored grid, so that any number of places
 * cost nothing until looked at.
 *
 * The value everywhere is the relative secondary-electron yield: >= 0, about 1 in the mean.
 */
export interface Specimen {
  readonly name: string;

  /** How an operator displays it: stained tissue `inverted`, as in a TEM, everything else `normal`. */
  readonly polarity: Polarity;

  /**
   * Yield averaged over a square of side `footprintNm` centred at a point.
   *
   * @param footprintNm - Side of the averaging square, in nm, > 0; usually the pixel size.
   */
  emission(xNm: number, yNm: number, footprintNm: number): number;

  /**
   * Yield of every pixel of a region, area-sampled. Two regions that overlap on the same pixel
   * grid agree where they overlap.
   *
   * @returns row-major `[height, width]`.
   */
  rasterise(region: SpecimenRegion): Float32Array;
}
