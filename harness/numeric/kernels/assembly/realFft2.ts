/**
 * The steps of a two-dimensional FFT of a real image: eight rows or four columns at a time.
 *
 * Between rows and columns the half spectrum is kept in blocks of eight rows. A block holds for every
 * kx four vectors: re and im of rows 0-3, re and im of rows 4-7.
 */
import { numberBytes, transformFour } from './fourLaneFft';

const blockRows: usize = 8;
/** Bytes of one kx in a block. */
const cellBytes: usize = 64;

/**
 * Transforms eight rows of an image. Row j and row j + 4 are the real and the imaginary part of lane
 * j; the spectra of real rows are untangled afterwards.
 *
 * @param rows - Eight rows of `width` floats. `block`: receives `columnCount` cells.
 * @param work - Two buffers of `width` numbers.
 */
export function forwardRows(
  plan: usize,
  rows: usize,
  block: usize,
  width: usize,
  columnCount: usize,
  work: usize,
): void {
  const rowBytes: usize = 4 * width;
  for (let x: usize = 0; x < width; x += 4) {
    const from = rows + 4 * x;
    const to = work + numberBytes * x;
    transposeFour(from, rowBytes, to, numberBytes);
    transposeFour(from + 4 * rowBytes, rowBytes, to + 16, numberBytes);
  }
  const z = transformFour(plan, work, work + numberBytes * width);
  const half = f32x4.splat(0.5);
  for (let kx: usize = 0; kx < columnCount; kx++) {
    const p = z + numberBytes * kx;
    const q = kx == 0 ? z : z + numberBytes * (width - kx);
    const pr = f32x4.mul(v128.load(p), half);
    const pi = f32x4.mul(v128.load(p, 16), half);
    const qr = f32x4.mul(v128.load(q), half);
    const qi = f32x4.mul(v128.load(q, 16), half);
    const to = block + cellBytes * kx;
    v128.store(to, f32x4.add(pr, qr));
    v128.store(to, f32x4.sub(pi, qi), 16);
    v128.store(to, f32x4.add(pi, qi), 32);
    v128.store(to, f32x4.sub(qr, pr), 48);
  }
}

/**
 * Transforms four columns.
 *
 * @param cells - The first of four neighbouring cells in the first block; the next block is
 *   `blockBytes` on.
 * @param columns - Receives four columns of `height` pairs (re, im).
 * @param work - Two buffers of `height` numbers.
 */
export function forwardColumns(
  plan: usize,
  cells: usize,
  blockBytes: usize,
  columns: usize,
  height: usize,
  work: usize,
): void {
  for (let y: usize = 0; y < height; y += blockRows) {
    const to = work + numberBytes * y;
    transposeFour(cells, cellBytes, to, numberBytes);
    transposeFour(cells + 16, cellBytes, to + 16, numberBytes);
    transposeFour(cells + 32, cellBytes, to + 4 * numberBytes, numberBytes);
    transposeFour(cells + 48, cellBytes, to + 4 * numberBytes + 16, numberBytes);
    cells += blockBytes;
  }
  const z = transformFour(plan, work, work + numberBytes * height);
  // Two numbers of four lanes, re, im, re, im, become two pairs of each column.
  for (let y: usize = 0; y < height; y += 2) {
    transposeFour(z + numberBytes * y, 16, columns + 8 * y, 8 * height);
  }
}

/**
 * Inverse transforms of four columns: the forward transform with real and imaginary parts exchanged.
 *
 * @param columns - Four columns of `height` pairs (re, im). `cells`: where they go, as above.
 */
export function inverseColumns(
  plan: usize,
  columns: usize,
  cells: usize,
  blockBytes: usize,
  height: usize,
  work: usize,
): void {
  for (let y: usize = 0; y < height; y += 2) {
    const from = columns + 8 * y;
    const v0 = v128.load(from);
    const v1 = v128.load(from + 8 * height);
    const v2 = v128.load(from + 16 * height);
    const v3 = v128.load(from + 24 * height);
    const a = lowPairs(v0, v1);
    const b = lowPairs(v2, v3);
    const c = highPairs(v0, v1);
    const d = highPairs(v2, v3);
    const to = work + numberBytes * y;
    v128.store(to, highHalves(a, b));
    v128.store(to, lowHalves(a, b), 16);
    v128.store(to, highHalves(c, d), 32);
    v128.store(to, lowHalves(c, d), 48);
  }
  const z = transformFour(plan, work, work + numberBytes * height);
  for (let y: usize = 0; y < height; y += blockRows) {
    const from = z + numberBytes * y;
    transposeFour(from + 16, numberBytes, cells, cellBytes);
    transposeFour(from, numberBytes, cells + 16, cellBytes);
    transposeFour(from + 4 * numberBytes + 16, numberBytes, cells + 32, cellBytes);
    transposeFour(from + 4 * numberBytes, numberBytes, cells + 48, cellBytes);
    cells += blockBytes;
  }
}

/** What {@link inverseColumns} makes of four columns of zeros. */
export function clearColumns(cells: usize, blockBytes: usize, height: usize): void {
  for (let y: usize = 0; y < height; y += blockRows, cells += blockBytes) {
    for (let at: usize = 0; at < 4 * cellBytes; at += 16) v128.store(cells + at, i32x4.splat(0));
  }
}

/** Multiplies pairs (re, im) by others, in double precision. */
export function multiplyPairs(pairs: usize, factors: usize, count: usize): void {
  for (const end = pairs + 8 * count; pairs < end; pairs += 8, factors += 8) {
    const value = f64x2.promote_low_f32x4(v128.load64_zero(pairs));
    const factor = f64x2.promote_low_f32x4(v128.load64_zero(factors));
    // re c - im s, im c + re s.
    const turned = v128.shuffle<f64>(f64x2.neg(value), value, 1, 2);
    const product = f64x2.add(
      f64x2.mul(value, v128.shuffle<f64>(factor, factor, 0, 0)),
      f64x2.mul(turned, v128.shuffle<f64>(factor, factor, 1, 1)),
    );
    v128.store64_lane(pairs, f32x4.demote_f64x2_zero(product), 0);
  }
}

/** Inverse of {@link forwardRows}, times `scale`; again with the parts exchanged. */
export function inverseRows(
  plan: usize,
  block: usize,
  rows: usize,
  width: usize,
  scale: f32,
  work: usize,
): void {
  const half = width / 2;
  const factor = f32x4.splat(scale);
  for (let kx: usize = 0; kx <= half; kx++) {
    const from = block + cellBytes * kx;
    const ar = f32x4.mul(v128.load(from), factor);
    const ai = f32x4.mul(v128.load(from, 16), factor);
    const br = f32x4.mul(v128.load(from, 32), factor);
    const bi = f32x4.mul(v128.load(from, 48), factor);
    const p = work + numberBytes * kx;
    v128.store(p, f32x4.add(ai, br));
    v128.store(p, f32x4.sub(ar, bi), 16);
    if (kx > 0 && kx < half) {
      const q = work + numberBytes * (width - kx);
      v128.store(q, f32x4.sub(br, ai));
      v128.store(q, f32x4.add(ar, bi), 16);
    }
  }
  const z = transformFour(plan, work, work + numberBytes * width);
  const rowBytes: usize = 4 * width;
  for (let x: usize = 0; x < width; x += 4) {
    const from = z + numberBytes * x;
    const to = rows + 4 * x;
    transposeFour(from + 16, numberBytes, to, rowBytes);
    transposeFour(from, numberBytes, to + 4 * rowBytes, rowBytes);
  }
}

/** Four vectors, `fromStep` bytes apart, transposed into four that are `toStep` bytes apart. */
// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function transposeFour(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const v0 = v128.load(from);
  const v1 = v128.load(from + fromStep);
  const v2 = v128.load(from + 2 * fromStep);
  const v3 = v128.load(from + 3 * fromStep);
  const a = lowPairs(v0, v1);
  const b = lowPairs(v2, v3);
  const c = highPairs(v0, v1);
  const d = highPairs(v2, v3);
  v128.store(to, lowHalves(a, b));
  v128.store(to + toStep, highHalves(a, b));
  v128.store(to + 2 * toStep, lowHalves(c, d));
  v128.store(to + 3 * toStep, highHalves(c, d));
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function lowPairs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function highPairs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function lowHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 1, 4, 5);
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function highHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 3, 6, 7);
}
