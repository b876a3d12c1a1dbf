/**
 * Products of small matrices and a step of Adam, for the training of a network's last layers. Matrices lie row by row; a row
 * holds a multiple of four floats.
 *
 * `@inline` is AssemblyScript's; TypeScript knows no decorators of functions, hence the ignored lines.
 */

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function sumOfLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function timesAdded(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** out [rows, columns]: rows of `a` [rows, n] by rows of `b` [columns, n]. Rows and n are multiples of four. */
export function products(
  a: usize,
  b: usize,
  out: usize,
  rows: usize,
  columns: usize,
  n: usize,
): void {
  const bytes = n << 2;
  const step = columns << 2;
  // Four rows at a time stay in the caches of the processor.
  for (let row: usize = 0; row < rows; row += 4) {
    const first = a + row * bytes;
    let to = out + row * step;
    for (let column: usize = 0; column < columns; column++, to += 4) {
      let at = first;
      let other = b + column * bytes;
      const end = other + bytes;
      let s0 = f32x4.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      while (other < end) {
        const value = v128.load(other);
        s0 = timesAdded(s0, v128.load(at), value);
        s1 = timesAdded(s1, v128.load(at + bytes), value);
        s2 = timesAdded(s2, v128.load(at + 2 * bytes), value);
        s3 = timesAdded(s3, v128.load(at + 3 * bytes), value);
        at += 16;
        other += 16;
      }
      store<f32>(to, sumOfLanes(s0));
      store<f32>(to + step, sumOfLanes(s1));
      store<f32>(to + 2 * step, sumOfLanes(s2));
      store<f32>(to + 3 * step, sumOfLanes(s3));
    }
  }
}

/**
 * out [columns, n]: the sum over rows of slopes [rows, columns] by inputs [rows, n]. Rows and n are multiples of four.
 */
export function outerProducts(
  slopes: usize,
  inputs: usize,
  out: usize,
  rows: usize,
  columns: usize,
  n: usize,
): void {
  const bytes = n << 2;
  const step = columns << 2;
  memory.fill(out, 0, columns * bytes);
  for (let row: usize = 0; row < rows; row += 4) {
    const first = inputs + row * bytes;
    for (let column: usize = 0; column < columns; column++) {
      const from = slopes + row * step + (column << 2);
      const f0 = v128.load_splat<f32>(from);
      const f1 = v128.load_splat<f32>(from + step);
      const f2 = v128.load_splat<f32>(from + 2 * step);
      const f3 = v128.load_splat<f32>(from + 3 * step);
      // Behind a ReLU that is shut there is nothing.
      if (!v128.any_true(v128.or(v128.or(f0, f1), v128.or(f2, f3)))) continue;
      let to = out + column * bytes;
      let at = first;
      const end = to + bytes;
      while (to < end) {
        let sum = timesAdded(v128.load(to), f0, v128.load(at));
        sum = timesAdded(sum, f1, v128.load(at + bytes));
        sum = timesAdded(sum, f2, v128.load(at + 2 * bytes));
        sum = timesAdded(sum, f3, v128.load(at + 3 * bytes));
        v128.store(to, sum);
        at += 16;
        to += 16;
      }
    }
  }
}

/**
 * A step of Adam with decoupled weight decay for `count` values, a multiple of four.
 *
 * @param kept - Factor on the values before the step.
 * @param rate - Learning rate over the bias correction of the means.
 * @param ofSquares - Inverse bias correction of the mean squares.
 */
export function adamStep(
  values: usize,
  slopes: usize,
  means: usize,
  squares: usize,
  count: usize,
  kept: f32,
  rate: f32,
  ofSquares: f32,
): void {
  const end = values + (count << 2);
  const ofMean = f32x4.splat(0.9);
  const ofSlope = f32x4.splat(1 - 0.9);
  const ofSquare = f32x4.splat(0.999);
  const ofSlopeSquare = f32x4.splat(1 - 0.999);
  const epsilon = f32x4.splat(1e-8);
  while (values < end) {
    const slope = v128.load(slopes);
    const mean = f32x4.add(f32x4.mul(ofMean, v128.load(means)), f32x4.mul(ofSlope, slope));
    const square = f32x4.add(
      f32x4.mul(ofSquare, v128.load(squares)),
      f32x4.mul(ofSlopeSquare, f32x4.mul(slope, slope)),
    );
    v128.store(means, mean);
    v128.store(squares, square);
    const width = f32x4.add(f32x4.sqrt(f32x4.mul(square, f32x4.splat(ofSquares))), epsilon);
    const move = f32x4.div(f32x4.mul(f32x4.splat(rate), mean), width);
    v128.store(values, f32x4.sub(f32x4.mul(f32x4.splat(kept), v128.load(values)), move));
    values += 16;
    slopes += 16;
    means += 16;
    squares += 16;
  }
}
