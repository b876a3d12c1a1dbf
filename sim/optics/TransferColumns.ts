/** The wave vectors of a half spectrum, rad/um: kx = 0 .. largestX, ky = -largestY .. largestY. */
export interface WaveVectors {
  readonly largestX: number;
  readonly largestY: number;
  /** Distance between neighbours along ky. */
  readonly stepY: number;
  /** Half of the number of rows: ky = (j - halfHeight) stepY for j = 0 .. 2 halfHeight. */
  readonly halfHeight: number;
}

/** The transfer function of a probe, one column of wave vectors at a time. */
export interface TransferColumns {
  /** True for a point-symmetric probe. */
  readonly isReal: boolean;
  /**
   * Writes the values at kx and every ky, from -largestY to largestY, `2 halfHeight + 1` of them.
   *
   * @param im - Left alone if {@link isReal}.
   */
  fill(kx: number, re: Float64Array, im: Float64Array): void;
}

/** Smaller values of a transfer function change no pixel. */
export const leastTransfer = 1e-7;
