/**
 * Four complex FFTs of one length at once, one in each lane of the vectors: a number is a vector of
 * four real parts followed by a vector of four imaginary parts, 32 bytes.
 *
 * Stockham's autosort algorithm: one pass for every factor of the length, from one buffer to the
 * other and back, no reordering at the end. A pass of radix r with `count` = (length of the parts
 * still to be transformed) / r computes, for every p < count and every q < stride,
 *
 *     to[q + stride (r p + k)] = w^(p k) * sum over j of from[q + stride (p + count j)] e^(-2 pi i j k / r)
 *
 * with w = e^(-2 pi i / (r count)).
 *
 * See C. Van Loan 1992, Computational Frameworks for the Fast Fourier Transform, section 1.7.
 */

/** Bytes of one number of all four lanes. */
export const numberBytes: usize = 32;

// A plan: length, number of passes, the radix of each; then the factors w^(p k) of every pass,
// p = 0 .. count-1, k = 1 .. r-1, (re, im).
const radicesAt: usize = 8;
const factorsAt: usize = 64;

const sin60: f32 = 0.8660254037844386;
const cos72: f32 = 0.30901699437494745;
const cos144: f32 = -0.8090169943749475;
const sin72: f32 = 0.9510565162951535;
const sin144: f32 = 0.5877852522924731;

/**
 * Unnormalised forward transforms, exp(-i 2 pi k n / length).
 *
 * @param data - The numbers; overwritten. `scratch`: as much again.
 * @returns where the result is: `data` or `scratch`.
 */
export function transformFour(plan: usize, data: usize, scratch: usize): usize {
  const passes = load<u32>(plan, 4);
  let count: usize = load<u32>(plan);
  let step = numberBytes;
  let factors = plan + factorsAt;
  let from = data;
  let to = scratch;
  for (let i: u32 = 0; i < passes; i++) {
    const radix: usize = load<u32>(plan + radicesAt + 4 * i);
    count /= radix;
    if (radix == 4) pass4(from, to, count, step, factors);
    else if (radix == 2) pass2(from, to, count, step, factors);
    else if (radix == 3) pass3(from, to, count, step, factors);
    else pass5(from, to, count, step, factors);
    factors += 8 * count * (radix - 1);
    step *= radix;
    const last = from;
    from = to;
    to = last;
  }
  return from;
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function times(a: v128, factor: f32): v128 {
  return f32x4.mul(a, f32x4.splat(factor));
}

/** Stores (re, im) times the factor (c, s). */
// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function storeTurned(to: usize, re: v128, im: v128, c: v128, s: v128, isTurned: bool): void {
  if (isTurned) {
    v128.store(to, f32x4.sub(f32x4.mul(re, c), f32x4.mul(im, s)));
    v128.store(to, f32x4.add(f32x4.mul(re, s), f32x4.mul(im, c)), 16);
  } else {
    v128.store(to, re);
    v128.store(to, im, 16);
  }
}

function pass2(from: usize, to: usize, count: usize, step: usize, factors: usize): void {
  butterflies2(from, to, count * step, step, factors, false);
  for (let p: usize = 1; p < count; p++) {
    butterflies2(from + p * step, to + 2 * p * step, count * step, step, factors + 8 * p, true);
  }
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function butterflies2(
  from: usize,
  to: usize,
  leg: usize,
  step: usize,
  factors: usize,
  isTurned: bool,
): void {
  const c = v128.load32_splat(factors);
  const s = v128.load32_splat(factors, 4);
  for (let q: usize = 0; q < step; q += numberBytes) {
    const x = from + q;
    const y = to + q;
    const ar = v128.load(x);
    const ai = v128.load(x, 16);
    const br = v128.load(x + leg);
    const bi = v128.load(x + leg, 16);
    storeTurned(y, add(ar, br), add(ai, bi), c, s, false);
    storeTurned(y + step, sub(ar, br), sub(ai, bi), c, s, isTurned);
  }
}

function pass3(from: usize, to: usize, count: usize, step: usize, factors: usize): void {
  butterflies3(from, to, count * step, step, factors, false);
  for (let p: usize = 1; p < count; p++) {
    butterflies3(from + p * step, to + 3 * p * step, count * step, step, factors + 16 * p, true);
  }
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function butterflies3(
  from: usize,
  to: usize,
  leg: usize,
  step: usize,
  factors: usize,
  isTurned: bool,
): void {
  const c1 = v128.load32_splat(factors);
  const s1 = v128.load32_splat(factors, 4);
  const c2 = v128.load32_splat(factors, 8);
  const s2 = v128.load32_splat(factors, 12);
  for (let q: usize = 0; q < step; q += numberBytes) {
    const x = from + q;
    const y = to + q;
    const ar = v128.load(x);
    const ai = v128.load(x, 16);
    const br = v128.load(x + leg);
    const bi = v128.load(x + leg, 16);
    const cr = v128.load(x + 2 * leg);
    const ci = v128.load(x + 2 * leg, 16);
    const sumR = add(br, cr);
    const sumI = add(bi, ci);
    const turnR = times(sub(br, cr), sin60);
    const turnI = times(sub(bi, ci), sin60);
    const midR = sub(ar, times(sumR, 0.5));
    const midI = sub(ai, times(sumI, 0.5));
    storeTurned(y, add(ar, sumR), add(ai, sumI), c1, s1, false);
    storeTurned(y + step, add(midR, turnI), sub(midI, turnR), c1, s1, isTurned);
    storeTurned(y + 2 * step, sub(midR, turnI), add(midI, turnR), c2, s2, isTurned);
  }
}

function pass4(from: usize, to: usize, count: usize, step: usize, factors: usize): void {
  butterflies4(from, to, count * step, step, factors, false);
  for (let p: usize = 1; p < count; p++) {
    butterflies4(from + p * step, to + 4 * p * step, count * step, step, factors + 24 * p, true);
  }
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function butterflies4(
  from: usize,
  to: usize,
  leg: usize,
  step: usize,
  factors: usize,
  isTurned: bool,
): void {
  const c1 = v128.load32_splat(factors);
  const s1 = v128.load32_splat(factors, 4);
  const c2 = v128.load32_splat(factors, 8);
  const s2 = v128.load32_splat(factors, 12);
  const c3 = v128.load32_splat(factors, 16);
  const s3 = v128.load32_splat(factors, 20);
  for (let q: usize = 0; q < step; q += numberBytes) {
    const x = from + q;
    const y = to + q;
    const ar = v128.load(x);
    const ai = v128.load(x, 16);
    const br = v128.load(x + leg);
    const bi = v128.load(x + leg, 16);
    const cr = v128.load(x + 2 * leg);
    const ci = v128.load(x + 2 * leg, 16);
    const dr = v128.load(x + 3 * leg);
    const di = v128.load(x + 3 * leg, 16);
    const evenR = add(ar, cr);
    const evenI = add(ai, ci);
    const oddR = add(br, dr);
    const oddI = add(bi, di);
    storeTurned(y, add(evenR, oddR), add(evenI, oddI), c1, s1, false);
    storeTurned(y + 2 * step, sub(evenR, oddR), sub(evenI, oddI), c2, s2, isTurned);
    const acR = sub(ar, cr);
    const acI = sub(ai, ci);
    const bdR = sub(br, dr);
    const bdI = sub(bi, di);
    storeTurned(y + step, add(acR, bdI), sub(acI, bdR), c1, s1, isTurned);
    storeTurned(y + 3 * step, sub(acR, bdI), add(acI, bdR), c3, s3, isTurned);
  }
}

function pass5(from: usize, to: usize, count: usize, step: usize, factors: usize): void {
  butterflies5(from, to, count * step, step, factors, false);
  for (let p: usize = 1; p < count; p++) {
    butterflies5(from + p * step, to + 5 * p * step, count * step, step, factors + 32 * p, true);
  }
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function butterflies5(
  from: usize,
  to: usize,
  leg: usize,
  step: usize,
  factors: usize,
  isTurned: bool,
): void {
  const c1 = v128.load32_splat(factors);
  const s1 = v128.load32_splat(factors, 4);
  const c2 = v128.load32_splat(factors, 8);
  const s2 = v128.load32_splat(factors, 12);
  const c3 = v128.load32_splat(factors, 16);
  const s3 = v128.load32_splat(factors, 20);
  const c4 = v128.load32_splat(factors, 24);
  const s4 = v128.load32_splat(factors, 28);
  for (let q: usize = 0; q < step; q += numberBytes) {
    const x = from + q;
    const y = to + q;
    const ar = v128.load(x);
    const ai = v128.load(x, 16);
    const br = v128.load(x + leg);
    const bi = v128.load(x + leg, 16);
    const cr = v128.load(x + 2 * leg);
    const ci = v128.load(x + 2 * leg, 16);
    const dr = v128.load(x + 3 * leg);
    const di = v128.load(x + 3 * leg, 16);
    const er = v128.load(x + 4 * leg);
    const ei = v128.load(x + 4 * leg, 16);
    const beR = add(br, er);
    const beI = add(bi, ei);
    const cdR = add(cr, dr);
    const cdI = add(ci, di);
    storeTurned(y, add(ar, add(beR, cdR)), add(ai, add(beI, cdI)), c1, s1, false);
    const nearR = add(ar, add(times(beR, cos72), times(cdR, cos144)));
    const nearI = add(ai, add(times(beI, cos72), times(cdI, cos144)));
    const farR = add(ar, add(times(beR, cos144), times(cdR, cos72)));
    const farI = add(ai, add(times(beI, cos144), times(cdI, cos72)));
    const be_R = sub(br, er);
    const be_I = sub(bi, ei);
    const cd_R = sub(cr, dr);
    const cd_I = sub(ci, di);
    const nearTurnR = add(times(be_R, sin72), times(cd_R, sin144));
    const nearTurnI = add(times(be_I, sin72), times(cd_I, sin144));
    const farTurnR = sub(times(be_R, sin144), times(cd_R, sin72));
    const farTurnI = sub(times(be_I, sin144), times(cd_I, sin72));
    storeTurned(y + step, add(nearR, nearTurnI), sub(nearI, nearTurnR), c1, s1, isTurned);
    storeTurned(y + 2 * step, add(farR, farTurnI), sub(farI, farTurnR), c2, s2, isTurned);
    storeTurned(y + 3 * step, sub(farR, farTurnI), add(farI, farTurnR), c3, s3, isTurned);
    storeTurned(y + 4 * step, sub(nearR, nearTurnI), add(nearI, nearTurnR), c4, s4, isTurned);
  }
}
