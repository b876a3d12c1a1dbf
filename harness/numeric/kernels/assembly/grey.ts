/** Multiplies `count` floats, a multiple of four, in double precision. */
export function scale(values: usize, count: usize, factor: f64): void {
  const by = f64x2.splat(factor);
  for (const end = values + 4 * count; values < end; values += 8) {
    const product = f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(values)), by);
    v128.store64_lane(values, f32x4.demote_f64x2_zero(product), 0);
  }
}

/**
 * Grey values of one row of counted pixels: see greyRow.
 *
 * All in double precision, in the order in which it is written: the same bits on every machine.
 *
 * @param means - Floats, as `counts`; room for four more than `width`.
 * @param added - Doubles to add to the values, or 0 for none.
 * @param out - Bytes, or words where `bytes` is 2.
 */
export function greyRow(
  means: usize,
  counts: usize,
  added: usize,
  out: usize,
  width: usize,
  bytes: i32,
  whiten: f64,
  colour: f64,
  gain: f64,
  offset: f64,
  u: f64,
  uStep: f64,
  linear: f64,
  quadratic: f64,
  scale: f64,
  white: f64,
): void {
  let before: f64 = 0;
  for (let x: usize = 0; x < width; x += 4) {
    const mean = v128.load(means + 4 * x);
    const count = v128.load(counts + 4 * x);
    const lowMean = f64x2.promote_low_f32x4(mean);
    const highMean = f64x2.promote_low_f32x4(v128.shuffle<f64>(mean, mean, 1, 1));
    const low = f64x2.sub(f64x2.promote_low_f32x4(count), lowMean);
    const high = f64x2.sub(
      f64x2.promote_low_f32x4(v128.shuffle<f64>(count, count, 1, 1)),
      highMean,
    );
    const beforeLow = v128.shuffle<f64>(f64x2.splat(before), low, 0, 2);
    const beforeHigh = v128.shuffle<f64>(low, high, 1, 2);
    before = f64x2.extract_lane(high, 1);
    const u1 = u + uStep;
    const u2 = u1 + uStep;
    const u3 = u2 + uStep;
    const lowU = f64x2.replace_lane(f64x2.splat(u), 1, u1);
    const highU = f64x2.replace_lane(f64x2.splat(u2), 1, u3);
    u = u3 + uStep;
    let first = valueOf(lowMean, low, beforeLow, lowU, whiten, colour, gain, offset, linear, quadratic);
    let second = valueOf(
      highMean,
      high,
      beforeHigh,
      highU,
      whiten,
      colour,
      gain,
      offset,
      linear,
      quadratic,
    );
    if (added != 0) {
      first = f64x2.add(first, v128.load(added + 8 * x));
      second = f64x2.add(second, v128.load(added + 8 * x, 16));
    }
    const words = i16x8.narrow_i32x4_u(
      v128.shuffle<f64>(rounded(first, scale, white), rounded(second, scale, white), 0, 2),
      i32x4.splat(0),
    );
    if (bytes == 2) v128.store64_lane(out + 2 * x, words, 0);
    else v128.store32_lane(out + x, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function valueOf(
  mean: v128,
  fluctuation: v128,
  before: v128,
  u: v128,
  whiten: f64,
  colour: f64,
  gain: f64,
  offset: f64,
  linear: f64,
  quadratic: f64,
): v128 {
  const coloured = f64x2.add(fluctuation, f64x2.mul(f64x2.splat(colour), before));
  const signal = f64x2.add(mean, f64x2.mul(f64x2.splat(whiten), coloured));
  const bent = f64x2.add(f64x2.splat(linear), f64x2.mul(f64x2.splat(quadratic), u));
  const level = f64x2.add(f64x2.splat(offset), f64x2.mul(f64x2.splat(gain), signal));
  return f64x2.add(level, f64x2.mul(u, bent));
}

/** Clipped and rounded to integers in the lower lanes. */
// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function rounded(value: v128, scale: f64, white: f64): v128 {
  const up = f64x2.add(f64x2.mul(value, f64x2.splat(scale)), f64x2.splat(0.5));
  // Storing drops the fraction.
  const clipped = f64x2.pmin(f64x2.pmax(up, f64x2.splat(0)), f64x2.splat(white));
  return i32x4.trunc_sat_f64x2_u_zero(clipped);
}
