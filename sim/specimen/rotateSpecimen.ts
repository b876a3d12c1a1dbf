import {
  interpolationKernel,
  leadingTaps,
  phasesPerPx,
  taps,
} from '../scan/interpolationKernel.ts';
import { areaSampled } from './drawing/areaSampled.ts';
import type { Specimen, SpecimenRegion } from './drawing/Specimen.ts';

/**
 * A specimen as a scan rotated by theta sees it: what lies at r is seen at u = R(theta) r,
 * R = [[cos, -sin], [sin, cos]], y down.
 *
 * Rasters are exact at multiples of 90 degrees. At other angles the specimen is rasterised with
 * pixels of the same size along its own axes and interpolated by a windowed sinc, whose errors
 * `sim/scan/interpolationKernel.ts` states: sines come out true to 5e-3 up to 0.6 of the Nyquist
 * frequency; edges sharper than a pixel ring by some percent, which the blur of the probe takes
 * away. The footprint of {@link Specimen.emission} lies along the axes of the specimen.
 *
 * @param rotationDeg - Any finite angle.
 * @returns the specimen itself where the angle is a multiple of 360 degrees.
 * @throws RangeError if the angle is not finite.
 */
export function rotateSpecimen(specimen: Specimen, rotationDeg: number): Specimen {
  if (!Number.isFinite(rotationDeg)) {
    throw new RangeError(
      `scan rotation must be a finite angle in degrees. Received ${rotationDeg}`,
    );
  }
  const angleDeg = ((rotationDeg % 360) + 360) % 360;
  if (angleDeg === 0) return specimen;
  const turn = rotation(angleDeg);
  const paint = (region: SpecimenRegion): Float32Array =>
    angleDeg % 90 === 0
      ? turned(specimen, turn, region)
      : inBlocks(region, (block) => interpolated(specimen, turn, block));
  const { name, polarity } = specimen;
  const { rasterise } = areaSampled(name, Number.POSITIVE_INFINITY, paint, polarity);
  const emission = (xNm: number, yNm: number, footprintNm: number): number =>
    specimen.emission(
      turn.cos * xNm + turn.sin * yNm,
      turn.cos * yNm - turn.sin * xNm,
      footprintNm,
    );
  return { name, polarity, emission, rasterise };
}

interface Rotation {
  readonly cos: number;
  readonly sin: number;
}

/** Exactly 0 and +-1 at multiples of 90 degrees. */
function rotation(angleDeg: number): Rotation {
  const quarters = Math.round(angleDeg / 90);
  const rest = ((angleDeg - 90 * quarters) * Math.PI) / 180;
  const cos = Math.cos(rest);
  const sin = Math.sin(rest);
  const turns: readonly Rotation[] = [
    { cos, sin },
    { cos: -sin, sin: cos },
    { cos: -cos, sin: -sin },
    { cos: sin, sin: -cos },
  ];
  return turns[quarters % 4]!;
}

/** A quarter, a half or three quarters of a turn: pixels change places. */
function turned(specimen: Specimen, { cos, sin }: Rotation, region: SpecimenRegion): Float32Array {
  const { leftNm, topNm, width, height, pixelSizeNm } = region;
  const rightNm = leftNm + width * pixelSizeNm;
  const bottomNm = topNm + height * pixelSizeNm;
  const isHalfTurn = cos === -1;
  const source = {
    leftNm: isHalfTurn ? -rightNm : sin > 0 ? topNm : -bottomNm,
    topNm: isHalfTurn ? -bottomNm : sin > 0 ? -rightNm : leftNm,
    width: isHalfTurn ? width : height,
    height: isHalfTurn ? height : width,
    pixelSizeNm,
  };
  const yields = specimen.rasterise(source);
  // Steps in the source for one pixel to the right and one down, from r = R(-theta) u.
  const right = cos - sin * source.width;
  const down = sin + cos * source.width;
  const first = Math.max(0, -right) * (width - 1) + Math.max(0, -down) * (height - 1);
  const out = new Float32Array(width * height);
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to++)
      out[to] = yields[first + row * down + column * right]!;
  }
  return out;
}

/** A long strip at an angle would ask for the square around it; its blocks ask for theirs. */
function inBlocks(
  region: SpecimenRegion,
  paint: (block: SpecimenRegion) => Float32Array,
): Float32Array {
  const { leftNm, topNm, width, height, pixelSizeNm } = region;
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y += blockPx) {
    for (let x = 0; x < width; x += blockPx) {
      const block = {
        leftNm: leftNm + x * pixelSizeNm,
        topNm: topNm + y * pixelSizeNm,
        width: Math.min(blockPx, width - x),
        height: Math.min(blockPx, height - y),
        pixelSizeNm,
      };
      const yields = paint(block);
      for (let row = 0; row < block.height; row++) {
        const from = row * block.width;
        out.set(yields.subarray(from, from + block.width), (y + row) * width + x);
      }
    }
  }
  return out;
}

const blockPx = 256;

function interpolated(
  specimen: Specimen,
  { cos, sin }: Rotation,
  region: SpecimenRegion,
): Float32Array {
  const { leftNm, topNm, width, height, pixelSizeNm } = region;
  // Centre of the first pixel along the axes of the specimen, in pixels of a grid through its
  // origin, so that the pixels of overlapping regions come from the same ones.
  const firstX = leftNm / pixelSizeNm + 0.5;
  const firstY = topNm / pixelSizeNm + 0.5;
  const sourceX = cos * firstX + sin * firstY - 0.5;
  const sourceY = cos * firstY - sin * firstX - 0.5;
  const lastX = width - 1;
  const lastY = height - 1;
  const spanX = [0, cos * lastX, sin * lastY, cos * lastX + sin * lastY];
  const spanY = [0, -sin * lastX, cos * lastY, cos * lastY - sin * lastX];
  const column = Math.floor(sourceX + Math.min(...spanX)) - leadingTaps - 1;
  const row = Math.floor(sourceY + Math.min(...spanY)) - leadingTaps - 1;
  const columns = Math.ceil(sourceX + Math.max(...spanX)) + taps - column;
  const rows = Math.ceil(sourceY + Math.max(...spanY)) + taps - row;
  const yields = specimen.rasterise({
    leftNm: column * pixelSizeNm,
    topNm: row * pixelSizeNm,
    width: columns,
    height: rows,
    pixelSizeNm,
  });
  const kernel = kernelAtBothEnds();
  const across = new Float64Array(taps);
  const along = new Float64Array(taps);
  const out = new Float32Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const lineX = sourceX - column + sin * y;
    const lineY = sourceY - row + cos * y;
    for (let x = 0; x < width; x++, to++) {
      const atX = lineX + cos * x;
      const atY = lineY - sin * x;
      const wholeX = Math.floor(atX);
      const wholeY = Math.floor(atY);
      weightsAt(atX - wholeX, kernel, across);
      weightsAt(atY - wholeY, kernel, along);
      let at = (wholeY - leadingTaps) * columns + wholeX - leadingTaps;
      let value = 0;
      for (let tap = 0; tap < taps; tap++, at += columns) {
        let line = 0;
        for (let i = 0; i < taps; i++) line += across[i]! * yields[at + i]!;
        value += along[tap]! * line;
      }
      // Beside sharp edges the sinc overshoots; yields are not negative.
      out[to] = Math.max(0, value);
    }
  }
  return out;
}

/** The kernel with the phase of a whole pixel as its last row: that of none, one tap later. */
function kernelAtBothEnds(): Float64Array {
  const kernel = new Float64Array((phasesPerPx + 1) * taps);
  kernel.set(interpolationKernel());
  kernel.copyWithin(phasesPerPx * taps + 1, 0, taps - 1);
  return kernel;
}

/**
 * Weights between two phases of the kernel. Rounding to one would make two overlapping regions
 * differ wherever their coordinates round differently.
 */
function weightsAt(fraction: number, kernel: Float64Array, out: Float64Array): void {
  const phase = Math.min(phasesPerPx - 1, Math.floor(fraction * phasesPerPx));
  const share = fraction * phasesPerPx - phase;
  for (let tap = 0, at = phase * taps; tap < taps; tap++, at++)
    out[tap] = kernel[at]! + share * (kernel[at + taps]! - kernel[at]!);
}
