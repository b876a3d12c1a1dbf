import type { RandomStream } from '../../harness/numeric/index.ts';

/** Standard deviation of the correlation over scan time, in frames: 0.2 to 0.3 were measured. */
const correlationFrames = 0.25;
/** The wave is white noise at these times, smoothed; dense enough to be stationary to 1e-3. */
const knotFrames = 0.1;
const marginKnots = 7;

/** A slow change of brightness along the scan. */
export interface SlowWave {
  /** Standard deviation of the process it is a piece of, grey. */
  readonly sdGrey: number;
  /** Grey values to add at the start of every row, and at the end of the last one. */
  readonly atRows: Float64Array;
}

/**
 * The slow wave of one frame: a stationary normal process in scan time with the correlation
 * exp(-t^2 / (2 * 0.25^2)), t in frames, whose standard deviation is `scaleGrey` times the size of a
 * normal number, drawn per frame.
 */
export function slowWave(scaleGrey: number, rows: number, stream: RandomStream): SlowWave {
  const sdGrey = scaleGrey * Math.abs(stream.normal());
  const knots = Array.from({ length: Math.round(1 / knotFrames) + 1 + 2 * marginKnots }, () =>
    stream.normal(),
  );
  // Smoothing by a Gaussian of SD s correlates with one of SD s * sqrt(2).
  const kernelSd = correlationFrames / Math.SQRT2 / knotFrames;
  const atRows = new Float64Array(rows + 1);
  if (sdGrey === 0) return { sdGrey, atRows };
  for (let row = 0; row <= rows; row++) {
    const at = marginKnots + row / rows / knotFrames;
    let sum = 0;
    let squares = 0;
    for (const [knot, value] of knots.entries()) {
      const weight = Math.exp(-0.5 * ((knot - at) / kernelSd) ** 2);
      sum += weight * value;
      squares += weight * weight;
    }
    atRows[row] = (sdGrey * sum) / Math.sqrt(squares);
  }
  return { sdGrey, atRows };
}
