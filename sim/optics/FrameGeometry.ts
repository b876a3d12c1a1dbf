/** Where a frame lies on the specimen. */
export interface FrameGeometry {
  /** Upper left corner of the upper left pixel, nm. */
  readonly leftNm: number;
  readonly topNm: number;
  readonly width: number;
  readonly height: number;
  readonly pixelSizeNm: number;
}
