import { kernels } from './kernels/kernels.ts';
import type { RandomStream } from './RandomStream.ts';
import { assertMeans, startGenerators, stateBytes } from './samplePoisson.ts';

/** Grey values along a row as a polynomial of u, on the scale of 8 bit. */
interface GreyRow {
  readonly offset: number;
  readonly linear: number;
  readonly quadratic: number;
}

export interface GreyRowsOptions {
  /** Expected counts are `countsAtYield1` times these, >= 0; row-major. */
  readonly yields: Float32Array;
  readonly countsAtYield1: number;
  /** Gives sixteen draws, as to `samplePoisson`, whose counts these are. */
  readonly random: RandomStream;
  readonly width: number;
  readonly rows: readonly GreyRow[];
  /** Grey values of one count. */
  readonly gain: number;
  /** How much of a pixel's fluctuation the next one shows as well; the variance stays. */
  readonly colour: number;
  /** u of the first column, and its step from column to column. */
  readonly firstU: number;
  readonly stepU: number;
  /** Grey values to add, row-major. */
  readonly added?: Float64Array | undefined;
}

/**
 * From expected yields to grey values: Poisson counts, what the next pixel shows of them, gain, a polynomial along each row,
 * rounded and clipped to 0..255, or to 257 times that where `out` has 16 bit. In SIMD kernels, in double precision but for the
 * counts; the same bits on every machine.
 *
 * @param out - Row-major, as long as `yields`.
 * @throws RangeError if an expected count is negative or not finite, or lengths differ.
 */
export function greyRows(options: GreyRowsOptions, out: Uint8Array | Uint16Array): void {
  const { yields, countsAtYield1, random, width, rows, gain, colour, firstU, stepU, added } =
    options;
  const length = width * rows.length;
  for (const { length: received } of [yields, out, added ?? out]) {
    if (received === length) continue;
    throw new RangeError(`greyRows needs ${width} x ${rows.length} values. Received ${received}`);
  }
  const { run } = kernels();
  const bytes = out.BYTES_PER_ELEMENT;
  // Four pixels at a time: the last ones of the last row may have neighbours that are not looked at.
  const inFours = Math.ceil(length / 4) * 4;
  const room = length + 4;
  const [state, means, counts, addedAt, outAt] = kernels().scratch(
    stateBytes,
    4 * room,
    4 * room,
    added === undefined ? 0 : 8 * room,
    bytes * room,
  );
  const { floats } = kernels();
  const { buffer } = run.memory;
  floats.set(yields, means / 4);
  floats.fill(0, means / 4 + length, means / 4 + inFours);
  run.scale(means, inFours, countsAtYield1);
  assertMeans(means, inFours);
  floats.copyWithin(counts / 4, means / 4, means / 4 + inFours);
  startGenerators(state, random);
  run.replaceByCounts(counts, inFours, state);
  if (added !== undefined) new Float64Array(buffer, addedAt, length).set(added);
  const scale = bytes === 2 ? 257 : 1;
  const whiten = 1 / Math.sqrt(1 + colour * colour);
  for (const [y, { offset, linear, quadratic }] of rows.entries()) {
    const from = y * width;
    run.greyRow(
      means + 4 * from,
      counts + 4 * from,
      added === undefined ? 0 : addedAt + 8 * from,
      outAt + bytes * from,
      width,
      bytes,
      whiten,
      colour,
      gain,
      offset,
      firstU,
      stepU,
      linear,
      quadratic,
      scale,
      255 * scale,
    );
  }
  out.set(
    bytes === 2 ? new Uint16Array(buffer, outAt, length) : new Uint8Array(buffer, outAt, length),
  );
}
