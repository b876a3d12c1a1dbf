import type { Rectangle } from '../../harness/microscope/index.ts';

/**
 * What is scanned: `region` of a full raster of `width` x `height` px. A region is scanned by
 * itself, so its rows follow one another as fast as its own width allows; what belongs to a row of
 * the full raster (its jitter, its offset) stays with that row.
 */
export interface ScanRaster {
  readonly width: number;
  readonly height: number;
  readonly region: Rectangle;
}
