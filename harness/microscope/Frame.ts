import type { NdArray } from 'ndarray';
import type { FocusState } from './FocusState.ts';

/** A rectangle of whole pixels; `x` to the right, `y` down, origin at the top left corner. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the stage stands, in um; x to the right and y down in an unrotated image. */
export interface StagePosition {
  readonly xUm: number;
  readonly yUm: number;
}

/** What to expose. */
export interface FrameRequest {
  /** Columns of the full raster, px. */
  readonly width: number;
  /** Rows of the full raster, px. */
  readonly height: number;
  readonly pixelSizeNm: number;
  readonly dwellTimeNs: number;
  /** Reduced raster: only this part of the full raster is scanned and dosed. */
  readonly region?: Rectangle;
}

/** Grey values of one frame: shape `[height, width]`, row 0 on top. */
export type GreyPixels = NdArray<Uint8Array | Uint16Array>;

/** One exposed frame, with what the instrument reported about it. */
export interface Frame {
  /** Shape `[height, width]` of the region scanned, row 0 on top. */
  readonly pixels: GreyPixels;
  readonly request: FrameRequest;
  /** Read back from the instrument, not assumed. */
  readonly actual: {
    readonly pixelSizeNm: number;
    readonly dwellTimeNs: number;
    /** How often every pixel was scanned and averaged. */
    readonly passes: number;
    readonly focus: FocusState;
    readonly stage: StagePosition;
  };
  /** What the region scanned has received, all passes together. */
  readonly doseElectronsPerNm2: number;
  readonly acquiredAt: Date;
  /** Time the instrument spent on the frame, line and frame overhead included, in s. */
  readonly frameTimeS: number;
}
