/**
 * Resampling of one row of an image whose pixels lie beside their places: see RowResampler.
 *
 * A displacement is rounded to phases of 1/256 px; for every phase there are eight weights. Sums are in
 * double precision, tap after tap, for two pixels at a time.
 */

const taps: isize = 8;
const leadingTaps: isize = 3;
const phaseBits: i32 = 8;
const phaseMask: i32 = 255;
const phasesPerPx: f64 = 256;

/**
 * Writes `width` values of an output row: the values of the image at (x + dx, y + dy), first down the columns,
 * then along the row.
 *
 * @param kernel - Weights, eight doubles for each phase.
 * @param row - Where the image has (0, y); its rows are `rowBytes` apart.
 * @param dx - Floats, as dy. `phases`: room for `width` + 2 `margin` integers, and one.
 * @param line - Room for as many doubles.
 * @param out - Floats; room for one more than `width`.
 */
export function resampleRow(
  kernel: usize,
  row: usize,
  rowBytes: isize,
  dx: usize,
  dy: usize,
  width: isize,
  margin: isize,
  phases: usize,
  line: usize,
  out: usize,
): void {
  const wide = width + 2 * margin;
  phasesOfColumns(dx, dy, width, margin, phases);
  const top = row - 4 * margin - leadingTaps * rowBytes;
  for (let i: isize = 0; i < wide; i += 2) {
    const p = load<i32>(phases + 4 * i);
    const q = load<i32>(phases + 4 * i, 4);
    let a = top + 4 * i + <isize>(p >> phaseBits) * rowBytes;
    // Beside an odd last pixel, the neighbour is worked out and not looked at.
    let b = top + 4 * (i + 1) + <isize>(q >> phaseBits) * rowBytes;
    const v = kernel + 8 * taps * (p & phaseMask);
    const w = kernel + 8 * taps * (q & phaseMask);
    let sum = f64x2.mul(doubles(v, w), floats(a, b));
    for (let tap: isize = 1; tap < taps; tap++) {
      a += rowBytes;
      b += rowBytes;
      sum = f64x2.add(sum, f64x2.mul(doubles(v + 8 * tap, w + 8 * tap), floats(a, b)));
    }
    // Rounded to single precision, like an image.
    v128.store(line + 8 * i, f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(sum)));
  }
  const start = line + 8 * (margin - leadingTaps);
  for (let x: isize = 0; x < width; x += 2) {
    const phase = wholePhases(floats(dx + 4 * x, dx + 4 * min(x + 1, width - 1)));
    const p = i32x4.extract_lane(phase, 0);
    const q = i32x4.extract_lane(phase, 1);
    const a = start + 8 * (x + <isize>(p >> phaseBits));
    const b = start + 8 * (min(x + 1, width - 1) + <isize>(q >> phaseBits));
    const v = kernel + 8 * taps * (p & phaseMask);
    const w = kernel + 8 * taps * (q & phaseMask);
    let ofA = f64x2.mul(v128.load(v), v128.load(a));
    let ofB = f64x2.mul(v128.load(w), v128.load(b));
    let sum = f64x2.add(lows(ofA, ofB), highs(ofA, ofB));
    ofA = f64x2.mul(v128.load(v, 16), v128.load(a, 16));
    ofB = f64x2.mul(v128.load(w, 16), v128.load(b, 16));
    sum = f64x2.add(f64x2.add(sum, lows(ofA, ofB)), highs(ofA, ofB));
    ofA = f64x2.mul(v128.load(v, 32), v128.load(a, 32));
    ofB = f64x2.mul(v128.load(w, 32), v128.load(b, 32));
    sum = f64x2.add(f64x2.add(sum, lows(ofA, ofB)), highs(ofA, ofB));
    ofA = f64x2.mul(v128.load(v, 48), v128.load(a, 48));
    ofB = f64x2.mul(v128.load(w, 48), v128.load(b, 48));
    sum = f64x2.add(f64x2.add(sum, lows(ofA, ofB)), highs(ofA, ofB));
    // Overshoot below 0 is cut off.
    const value = f64x2.pmax(f64x2.splat(0), sum);
    v128.store64_lane(out + 4 * x, f32x4.demote_f64x2_zero(value), 0);
  }
}

/**
 * In whole phases, the dy of what lies in each column of the first pass: of the x for which x + dx(x) is the
 * column, between the two nearest pixels. Beyond the ends of the row as at the ends.
 */
// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function phasesOfColumns(dx: usize, dy: usize, width: isize, margin: isize, out: usize): void {
  const last = width - 1;
  const end = width + margin;
  let left: isize = 0;
  for (let column = -margin; column < end; column += 2, out += 8) {
    const columns = ascending(column);
    let lefts = ascending(left + 1);
    let dxLeft = i32x4.splat(0);
    let dxRight = dxLeft;
    let dyLeft = dxLeft;
    let dyRight = dxLeft;
    let isNext = false;
    if (left + 3 < last) {
      dxLeft = twoFloats(dx + 4 * (left + 1));
      dxRight = twoFloats(dx + 4 * (left + 2));
      const isBefore = f64x2.le(f64x2.add(lefts, dxLeft), columns);
      const isBeyond = f64x2.gt(f64x2.add(ascending(left + 2), dxRight), columns);
      isNext = i64x2.all_true(v128.and(isBefore, isBeyond));
    }
    if (isNext) {
      // Most columns lie one pixel further on than the columns before.
      dyLeft = twoFloats(dy + 4 * (left + 1));
      dyRight = twoFloats(dy + 4 * (left + 2));
      left += 2;
    } else {
      const a = leftOf(dx, left, last, column);
      left = leftOf(dx, a, last, column + 1);
      const nextA = min(last, a + 1);
      const next = min(last, left + 1);
      lefts = f64x2.replace_lane(f64x2.splat(<f64>a), 1, <f64>left);
      dxLeft = floats(dx + (a << 2), dx + (left << 2));
      dxRight = floats(dx + (nextA << 2), dx + (next << 2));
      dyLeft = floats(dy + (a << 2), dy + (left << 2));
      dyRight = floats(dy + (nextA << 2), dy + (next << 2));
    }
    const ahead = f64x2.sub(f64x2.sub(columns, lefts), dxLeft);
    const gap = f64x2.sub(f64x2.add(f64x2.splat(1), dxRight), dxLeft);
    const share = f64x2.div(ahead, gap);
    // In this order NaN stays NaN, of which a phase of 0 is made.
    const kept = f64x2.pmax(f64x2.pmin(share, f64x2.splat(1)), f64x2.splat(0));
    const between = f64x2.add(dyLeft, f64x2.mul(kept, f64x2.sub(dyRight, dyLeft)));
    v128.store64_lane(out, wholePhases(between), 0);
  }
}

/** The last pixel but one at the most that comes to lie at a column or before it, from `left` on. */
// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function leftOf(dx: usize, left: isize, last: isize, column: isize): isize {
  while (
    left + 1 < last &&
    <f64>(left + 1) + <f64>load<f32>(dx + 4 * (left + 1)) <= <f64>column
  ) {
    left++;
  }
  return left;
}

/** Two displacements as integers. */
// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function wholePhases(displacements: v128): v128 {
  const phases = f64x2.add(f64x2.mul(displacements, f64x2.splat(phasesPerPx)), f64x2.splat(0.5));
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.floor(phases));
}

/** A whole number and the next. */
// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function ascending(first: isize): v128 {
  return f64x2.replace_lane(f64x2.splat(<f64>first), 1, <f64>(first + 1));
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function twoFloats(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(address));
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function lows(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 0, 2);
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function highs(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 1, 3);
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function doubles(a: usize, b: usize): v128 {
  return v128.load64_lane(b, v128.load64_zero(a), 1);
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function floats(a: usize, b: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_lane(b, v128.load32_zero(a), 1));
}
