import type { RandomStream } from '../../harness/numeric/index.ts';
import { smoothNoise } from '../hash/smoothNoise.ts';
import type { ScanRaster } from './ScanRaster.ts';

/** Spacing of the lattice of the noise: most of its power lies at 1.3 to 3 um. */
const latticeNm = 1000;

/** A smooth displacement field, sampled every `stepPx` pixels of the region, px. */
export interface DistortionField {
  readonly columns: number;
  readonly rows: number;
  /** Row-major, `columns` x `rows` nodes; between them it is interpolated linearly. */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/**
 * The smooth distortion of one frame, of rms `levelPx` per axis on a scale of 1 um: gradient noise
 * that belongs to the full raster, so that a region shows its part of it.
 *
 * @param stream - Its first two draws tell fields apart.
 */
export function distortionField(
  levelPx: number,
  stream: RandomStream,
  { width, height, region }: ScanRaster,
  pixelSizeNm: number,
  stepPx: number,
): DistortionField {
  const saltX = stream.nextInt32();
  const saltY = stream.nextInt32();
  const columns = Math.ceil(region.width / stepPx) + 1;
  const rows = Math.ceil(region.height / stepPx) + 1;
  const x = new Float32Array(columns * rows);
  const y = new Float32Array(columns * rows);
  const perPx = pixelSizeNm / latticeNm;
  for (let row = 0; row < rows; row++) {
    const v = (region.y + row * stepPx - height / 2) * perPx;
    for (let column = 0; column < columns; column++) {
      const u = (region.x + column * stepPx - width / 2) * perPx;
      x[row * columns + column] = levelPx * smoothNoise(saltX, u, v);
      y[row * columns + column] = levelPx * smoothNoise(saltY, u, v);
    }
  }
  return { columns, rows, x, y };
}
