/**
 * Poisson counts by inversion: the smallest count whose cumulative probability exceeds a uniform
 * number u, for four pixels at a time. What bounds the error stands at samplePoisson.
 *
 * - mean < 16: cumulative sums in single precision.
 * - mean >= 16: the expansion of the quantile about the normal one.
 * - u within 2^-9 of 0 or 1, any mean: one by one in double precision, by sums below a mean of 128
 *   and by the expansion from there on.
 *
 * The fitted constants are made by fixtures/poisson/fit_quantile.py.
 */

const lowMeans = memory.data<f32>([16]);
const summedMeans: f64 = 128;
/** 2^-9 in units of 2^-32. */
const rareDistance: i32 = 8388608;
const rareDistances = memory.data<i32>([8388608]);

/** 1 / k as floats; at a mean below 16, only rare pixels have counts from 40 on. */
const reciprocals = memory.data(4 * 64, 16);
for (let k = 1; k < 64; k++) store<f32>(reciprocals + 4 * k, <f32>(1 / <f64>k));

/**
 * True if `count` floats, a multiple of 4, are all finite and >= 0.
 */
export function areMeans(values: usize, count: usize): bool {
  let isMean = i32x4.splat(-1);
  for (let end = values + 4 * count; values < end; values += 16) {
    const mean = v128.load(values);
    isMean = v128.and(isMean, f32x4.ge(mean, f32x4.splat(0)));
    isMean = v128.and(isMean, f32x4.lt(mean, f32x4.splat(Infinity)));
  }
  return i32x4.all_true(isMean);
}

/** Distance, random number and mean of four pixels, for looking at them one by one. */
const four = memory.data(48, 16);

/**
 * Replaces means by counts. Every mean takes one number from its lane of the generator.
 *
 * @param values - `count` floats, a multiple of 4; finite and >= 0.
 * @param state - Of four generators xoshiro128++, 64 bytes: word 0 of each, word 1 of each, ...;
 *   they go on from there. See D. Blackman, S. Vigna 2021, Scrambled linear pseudorandom number
 *   generators, ACM Transactions on Mathematical Software 47.
 */
export function replaceByCounts(values: usize, count: usize, state: usize): void {
  let s0 = v128.load(state);
  let s1 = v128.load(state, 16);
  let s2 = v128.load(state, 32);
  let s3 = v128.load(state, 48);
  for (let end = values + 4 * count; values < end; values += 16) {
    const random = i32x4.add(rotateLeft(i32x4.add(s0, s3), 7), s0);
    const shifted = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0);
    s3 = v128.xor(s3, s1);
    s1 = v128.xor(s1, s2);
    s0 = v128.xor(s0, s3);
    s2 = v128.xor(s2, shifted);
    s3 = rotateLeft(s3, 11);

    // u = (random + 2^31 + 1/2) / 2^32; to the nearer end it is (distance + 1/2) / 2^32.
    const distance = v128.xor(
      v128.xor(random, i32x4.shr_s(random, 31)),
      i32x4.splat(i32.MAX_VALUE),
    );
    const isRare = i32x4.lt_s(distance, v128.load32_splat(rareDistances));
    const mean = v128.load(values);
    const isLow = f32x4.lt(mean, v128.load32_splat(lowMeans));
    const low = i32x4.bitmask(isLow);
    if (low == 15) {
      v128.store(values, sumUp(mean, random, isRare));
    } else {
      let counts = expand(mean, random, distance);
      if (low != 0) {
        counts = v128.bitselect(sumUp(v128.and(mean, isLow), random, isRare), counts, isLow);
      }
      v128.store(values, counts);
    }
    if (i32x4.bitmask(isRare) != 0) {
      v128.store(four, distance);
      v128.store(four, random, 16);
      v128.store(four, mean, 32);
      replaceRare(values);
    }
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function rotateLeft(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits));
}

// Constants of vectors are read from memory: one instruction each, where V8 makes three of a literal.

/** 2^-32; 1/2; -1 / ln 2; ln 2 in two parts, the first of which times a small whole number is exact. */
const exponentials = memory.data<f32>([
  2.3283064365386963e-10, 0.5, -1.4426950408889634, 0.693145751953125, 1.4286068203094172e-6,
]);
/** 1 / 7! .. 1 / 0! */
const inverseFactorials = memory.data<f32>([
  0.0001984126984126984, 0.001388888888888889, 0.008333333333333333, 0.041666666666666664,
  0.16666666666666666, 0.5, 1, 1,
]);

/** Means below 16; where `isRare`, the result means nothing. */
// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function sumUp(mean: v128, random: v128, isRare: v128): v128 {
  const x = f32x4.mul(f32x4.convert_i32x4_s(random), v128.load32_splat(exponentials));
  const u = f32x4.add(x, v128.load32_splat(exponentials, 4));
  // As bits, all ones is not a number: above no sum, so that a rare pixel ends the search at once.
  const end = v128.or(u, isRare);
  let probability = expOfMinus(mean);
  let sum = probability;
  let counts = i32x4.splat(0);
  let at = reciprocals;
  let isAbove = f32x4.ge(end, sum);
  while (i32x4.bitmask(isAbove) != 0) {
    for (let i = 0; i < 4; i++) {
      at += 4;
      counts = i32x4.sub(counts, isAbove);
      probability = f32x4.mul(probability, f32x4.mul(mean, v128.load32_splat(at)));
      sum = f32x4.add(sum, probability);
      isAbove = f32x4.ge(end, sum);
    }
  }
  return f32x4.convert_i32x4_s(counts);
}

/** e^-x for 0 <= x < 16: a power of two times a Taylor series, to 1e-7. */
// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function expOfMinus(x: v128): v128 {
  const power = f32x4.nearest(f32x4.mul(x, v128.load32_splat(exponentials, 8)));
  let rest = f32x4.mul(power, v128.load32_splat(exponentials, 12));
  rest = f32x4.sub(f32x4.neg(x), rest);
  rest = f32x4.sub(rest, f32x4.mul(power, v128.load32_splat(exponentials, 16)));
  const at = inverseFactorials;
  let sum = horner(v128.load32_splat(at), rest, at + 4);
  sum = horner(sum, rest, at + 8);
  sum = horner(sum, rest, at + 12);
  sum = horner(sum, rest, at + 16);
  sum = horner(sum, rest, at + 20);
  sum = horner(sum, rest, at + 24);
  sum = horner(sum, rest, at + 28);
  // Adding to the bits of the exponent multiplies by 2^power.
  return i32x4.add(sum, i32x4.shl(i32x4.trunc_sat_f32x4_s(power), 23));
}

/** Polynomials in w^2 of the terms m^-2, m^-3/2 / w, m^-1, m^-1/2 / w and 1, as in fit_quantile.py. */
const terms = memory.data<f32>([
  0.0005584950029394474, 0.0016534391534391533, -0.012710660395845581, -0.0006270821085635901,
  -0.0013310185185185185, -0.003523662551440329, 0.017258230452674898,
  0.003703703703703704, 0.008641975308641974, -0.019753086419753086,
  -0.013888888888888888, -0.027777777777777776,
  0.16666666666666666, 0.3333333333333333,
]);
const one = memory.data<f32>([1]);

/**
 * Means from 16 on, u not rare. With w the normal quantile of u and m the mean, the quantile is
 * m + w sqrt(m) + (w^2 + 2) / 6 - ... (the terms to m^-2), and the count the whole number below.
 *
 * See M. B. Giles 2016, Algorithm 955: Approximation of the inverse Poisson cumulative distribution
 * function, ACM Transactions on Mathematical Software 42 (the approach); the terms follow from the
 * Cornish-Fisher expansion of chi-squared in H. Goldberg, H. Levine 1946, Ann. Math. Stat. 17.
 */
// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function expand(mean: v128, random: v128, distance: v128): v128 {
  const w = normalQuantile(random, distance);
  const w2 = f32x4.mul(w, w);
  const root = f32x4.sqrt(mean);
  const inverse = f32x4.div(v128.load32_splat(one), root);
  let sum = horner(v128.load32_splat(terms), w2, terms + 4);
  sum = horner(horner(sum, w2, terms + 8), w2, terms + 12);
  const third = horner(horner(v128.load32_splat(terms, 16), w2, terms + 20), w2, terms + 24);
  sum = f32x4.add(f32x4.mul(sum, inverse), f32x4.mul(w, third));
  const second = horner(horner(v128.load32_splat(terms, 28), w2, terms + 32), w2, terms + 36);
  sum = f32x4.add(f32x4.mul(sum, inverse), second);
  const first = horner(v128.load32_splat(terms, 40), w2, terms + 44);
  sum = f32x4.add(f32x4.mul(sum, inverse), f32x4.mul(w, first));
  const zeroth = horner(v128.load32_splat(terms, 48), w2, terms + 52);
  sum = f32x4.add(f32x4.mul(sum, inverse), zeroth);
  sum = f32x4.add(sum, f32x4.mul(w, root));
  // The whole part of the mean is added last: it could be too large to keep the fraction.
  const whole = f32x4.floor(mean);
  return f32x4.add(whole, f32x4.floor(f32x4.add(f32x4.sub(mean, whole), sum)));
}

/** 2^-31; 2; then R: six coefficients above and five below, the last of which is 1. */
const central = memory.data<f32>([
  4.656612873077393e-10, 2,
  83635.66297842927, 651353.3845361463, 454094.3728272986, 55494.04414659721, 1256.0485196404188,
  3.6654885694819987,
  172839.00741805762, 545693.9247538409, 251620.7875685774, 23450.180817156128, 428.1975145038332,
]);

/**
 * Normal quantile of u at 2^-9 < u < 1 - 2^-9 to 1.2e-6 of itself: x R(y), where x = 2 u - 1,
 * y = 1 - x^2, and R is a fitted rational function.
 */
// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function normalQuantile(random: v128, distance: v128): v128 {
  const unit = v128.load32_splat(central);
  const x = f32x4.mul(f32x4.convert_i32x4_s(random), unit);
  // From the distance, because 1 - x^2 would cancel near the ends.
  const q = f32x4.mul(f32x4.convert_i32x4_s(distance), unit);
  const y = f32x4.mul(q, f32x4.sub(v128.load32_splat(central, 4), q));
  let above = horner(v128.load32_splat(central, 8), y, central + 12);
  above = horner(above, y, central + 16);
  above = horner(above, y, central + 20);
  above = horner(above, y, central + 24);
  above = horner(above, y, central + 28);
  let below = horner(v128.load32_splat(central, 32), y, central + 36);
  below = horner(below, y, central + 40);
  below = horner(below, y, central + 44);
  below = horner(below, y, central + 48);
  below = horner(below, y, one);
  return f32x4.mul(x, f32x4.div(above, below));
}

/** `sum * x` plus the constant at an address. */
// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function horner(sum: v128, x: v128, constant: usize): v128 {
  return f32x4.add(f32x4.mul(sum, x), v128.load32_splat(constant));
}

/** Counts of the rare pixels among four, one by one. */
function replaceRare(values: usize): void {
  for (let lane: usize = 0; lane < 4; lane++) {
    const distance = load<i32>(four + 4 * lane);
    if (distance >= rareDistance) continue;
    const tail = (<f64>distance + 0.5) / 4294967296.0;
    const isUpper = load<i32>(four + 4 * lane, 16) >= 0;
    const mean: f64 = load<f32>(four + 4 * lane, 32);
    const count = mean < summedMeans ? sumUpOne(mean, tail, isUpper) : expandOne(mean, tail, isUpper);
    store<f32>(values + 4 * lane, <f32>count);
  }
}

function sumUpOne(mean: f64, tail: f64, isUpper: bool): f64 {
  let rest = isUpper ? 1 - tail : tail;
  let probability = Math.exp(-mean);
  let count: f64 = 0;
  // The rest cannot outlast the sum of all probabilities: it is 2^-33 short of it, far more than
  // rounding.
  while (rest >= probability) {
    rest -= probability;
    count++;
    probability *= mean / count;
  }
  return count;
}

function expandOne(mean: f64, tail: f64, isUpper: bool): f64 {
  const size = normalQuantileOfTail(tail);
  const w = isUpper ? size : -size;
  const w2 = w * w;
  const root = Math.sqrt(mean);
  let sum = (((228 * w2 + 675) * w2 - 5189) * w2 - 256) / 408240;
  sum = sum / root - (w * ((207 * w2 + 548) * w2 - 2684)) / 155520;
  sum = sum / root + ((3 * w2 + 7) * w2 - 16) / 810;
  sum = sum / root - (w * (w2 + 2)) / 72;
  sum = sum / root + (w2 + 2) / 6;
  return Math.floor(mean + w * root + sum);
}

/** How many standard deviations leave `tail`, 2^-33 to 2^-9, beyond them; to 2e-8. */
function normalQuantileOfTail(tail: f64): f64 {
  const r = Math.sqrt(-Math.log(tail)) - 3.5;
  let sum: f64 = -3.552681281079839e-6;
  sum = sum * r + 1.8379328088623806e-5;
  sum = sum * r - 6.585566261599836e-5;
  sum = sum * r + 2.6109641762144735e-4;
  sum = sum * r - 1.095960240275105e-3;
  sum = sum * r + 4.67819137008327e-3;
  sum = sum * r - 2.0613895506959766e-2;
  sum = sum * r + 1.5106175442829044;
  return sum * r + 4.4266623844801325;
}
