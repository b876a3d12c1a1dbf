import { ConfigError, type GreyPixels, type Rectangle } from '../../harness/microscope/index.ts';
import { brenner } from './brenner.ts';
import { binPxOf, type HalfImages, halfImages } from './halfImages.ts';
import type { SharpnessMetric } from './SharpnessMetric.ts';

/** How sharp one frame is. */
export interface FrameSharpness {
  /** Without a unit; larger is sharper. Not above 0 where noise has drowned all there was. */
  readonly sharpness: number;
  /** The same of every tile of the frame; their mean is `sharpness`. */
  readonly tiles: readonly number[];
  /**
   * What a test of significance is to look at: `tiles`, but for a measure divided by brightness, which
   * changes with every step of brightness and every wave of shading, the energy of the gradient.
   */
  readonly evidence: readonly number[];
}

/** Sides of tiles that are tried, px, and how many of them a frame should hold. */
const tileSidesPx = [256, 128, 64, 32] as const;
const wantedTiles = 12;
/** The smallest part that every metric can work on, bins. */
const smallestTileBins = 16;
/** Contrast on the scale of boxes of this side, px, hardly depends on focus. */
const coarsePx = 32;
/** A frame holds at least this many tiles each way. */
const fewestTilesEachWay = 2;

/** The smallest frame that can be judged after a low-pass of this many px, in px. */
function smallestFramePx(lowPassPx: number): number {
  return Math.max(fewestTilesEachWay * smallestTileBins * binPxOf(lowPassPx), 2 * coarsePx);
}

/** @throws ConfigError if a frame is too small for {@link frameSharpness}. */
export function checkSharpnessFrame(
  { width, height }: { readonly width: number; readonly height: number },
  lowPassPx: number,
): void {
  const smallest = smallestFramePx(lowPassPx);
  if (Math.min(width, height) >= smallest) return;
  throw new ConfigError(
    `a frame must be at least ${smallest} px wide and high to be judged after a low-pass of ${lowPassPx} px. Received ${width} x ${height} px`,
  );
}

/**
 * Sharpness of a frame after a low-pass, and of its tiles.
 *
 * Without the low-pass a derivative measures noise: simulated tissue at 210 counts per pixel has a
 * variance of the Laplacian of 8503, 8434, 8443, 8460 at 0, 4, 8, 18 um of defocus, and of 18.5, 8.5,
 * 2.4, 1.07 after a blur of 2 px.
 *
 * @param lowPassPx - Standard deviation, px, from 2 to 16.
 * @throws ConfigError if the frame is too small.
 * @see M. E. Rudnaya et al. 2010, Evaluating sharpness functions for automated scanning electron
 *   microscopy, J. Microsc. 240 (derivative metrics with one tuned scale do best on SEM series).
 */
export function frameSharpness(
  pixels: GreyPixels,
  metric: SharpnessMetric,
  lowPassPx: number,
): FrameSharpness {
  const [height = 0, width = 0] = pixels.shape;
  checkSharpnessFrame({ width, height }, lowPassPx);
  const halves = halfImages(pixels, lowPassPx);
  const tiles = energies(halves, metric);
  return {
    sharpness: tiles.reduce((sum, value) => sum + value, 0) / tiles.length,
    tiles,
    evidence: metric.dividedBy === 'contrast' ? tiles : energies(halves, brenner),
  };
}

function energies(halves: HalfImages, metric: SharpnessMetric): number[] {
  const yardstick = metric.dividedBy === 'contrast' ? coarseContrast(halves) : mean(halves) ** 2;
  return tilesOf(halves).map((tile) =>
    yardstick > 0 ? metric.energy(halves, tile) / yardstick : 0,
  );
}

/** Equal squares side by side, centred in the frame; bins. */
function tilesOf({ width, height, binPx }: HalfImages): Rectangle[] {
  const sides = tileSidesPx
    .map((sidePx) => sidePx / binPx)
    .filter((side) => side >= smallestTileBins);
  const count = (side: number) => Math.floor(width / side) * Math.floor(height / side);
  const side = sides.find((candidate) => count(candidate) >= wantedTiles) ?? sides.at(-1) ?? 0;
  const columns = Math.floor(width / side);
  const rows = Math.floor(height / side);
  const left = Math.floor((width - columns * side) / 2);
  const top = Math.floor((height - rows * side) / 2);
  return Array.from({ length: columns * rows }, (_, i) => ({
    x: left + (i % columns) * side,
    y: top + Math.floor(i / columns) * side,
    width: side,
    height: side,
  }));
}

/** Covariance of the two halves over coarse boxes, grey squared. */
function coarseContrast({ width, height, even, odd, binPx }: HalfImages): number {
  const side = coarsePx / binPx;
  const columns = Math.floor(width / side);
  const rows = Math.floor(height / side);
  let evenTotal = 0;
  let oddTotal = 0;
  let products = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let evenSum = 0;
      let oddSum = 0;
      for (let y = row * side; y < (row + 1) * side; y++) {
        for (let i = y * width + column * side, end = i + side; i < end; i++) {
          evenSum += even[i]!;
          oddSum += odd[i]!;
        }
      }
      evenTotal += evenSum;
      oddTotal += oddSum;
      products += evenSum * oddSum;
    }
  }
  const count = columns * rows;
  return (products - (evenTotal * oddTotal) / count) / (count * side ** 4);
}

function mean({ even, odd }: HalfImages): number {
  let sum = 0;
  for (let i = 0; i < even.length; i++) sum += even[i]! + odd[i]!;
  return sum / (2 * even.length);
}
