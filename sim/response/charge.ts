/** Standard deviation of the Gaussian by which yields are smoothed, and what they cause again, nm. */
const reachNm = 350;
/** Bare resin emits about a fifth less than stained tissue: it shows the full level. */
const bareDeficit = 0.2;
/** The low-pass is computed on blocks of this share of its reach. */
const blockShare = 0.2;

/**
 * Yields of a specimen that charges while it is scanned. Where it does, more of the secondary
 * electrons leave: darker on an inverted scale.
 *
 * Two effects, each of at most `levelPercent` of the yield. The charge of the frame itself grows with
 * the dose deposited so far, from nothing in the first row to the level in the last. And bare resin,
 * which conducts badly, raises the yield in and around itself: a dark halo, of the full level inside
 * a region whose smoothed yield lies a fifth below 1, of half of it at its border, and gone 1 um away.
 * A phenomenological model: no measurement of the levels exists, and the shift of focus and position
 * that goes with charging is not included.
 *
 * @param yields - Row-major, `width` columns; left as they are.
 * @returns `yields` themselves at level 0.
 */
export function charge(
  yields: Float32Array,
  width: number,
  pixelSizeNm: number,
  levelPercent: number,
): Float32Array {
  if (levelPercent === 0) return yields;
  const height = yields.length / width;
  const level = levelPercent / 100;
  const blockPx = Math.max(1, Math.round((blockShare * reachNm) / pixelSizeNm));
  const blocks = blockMeans(yields, width, height, blockPx);
  const sd = reachNm / (blockPx * pixelSizeNm);
  const { values } = smoothed(blocks, sd);
  const bareness = values.map((value) => Math.max(0, Math.min(1, (1 - value) / bareDeficit)));
  const halo = smoothed({ ...blocks, values: bareness }, sd).values;
  const columns = Array.from({ length: width }, (_, x) => between(x, blockPx, blocks.columns));
  const lows = Int32Array.from(columns, ({ low }) => low);
  const highs = Int32Array.from(columns, ({ high }) => high);
  const shares = Float64Array.from(columns, ({ share }) => share);
  const line = new Float64Array(blocks.columns);
  const out = new Float32Array(yields.length);
  for (let y = 0; y < height; y++) {
    const row = between(y, blockPx, blocks.rows);
    const above = row.low * blocks.columns;
    const below = row.high * blocks.columns;
    for (let i = 0; i < line.length; i++) {
      line[i] = halo[above + i]! + row.share * (halo[below + i]! - halo[above + i]!);
    }
    const ramp = (y + 0.5) / height;
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const left = line[lows[x]!]!;
      const local = left + shares[x]! * (line[highs[x]!]! - left);
      out[i] = yields[i]! * (1 + level * (ramp + local));
    }
  }
  return out;
}

interface Blocks {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float64Array;
}

function blockMeans(yields: Float32Array, width: number, height: number, blockPx: number): Blocks {
  const columns = Math.ceil(width / blockPx);
  const rows = Math.ceil(height / blockPx);
  const values = new Float64Array(columns * rows);
  const counts = new Float64Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const start = Math.floor(y / blockPx) * columns;
    for (let column = 0; column < columns; column++) {
      const end = Math.min(width, (column + 1) * blockPx);
      let sum = 0;
      for (let x = column * blockPx; x < end; x++) sum += yields[y * width + x]!;
      values[start + column]! += sum;
      counts[start + column]! += end - column * blockPx;
    }
  }
  for (let i = 0; i < values.length; i++) values[i]! /= counts[i]!;
  return { columns, rows, values };
}

/** Convolved with a Gaussian; beyond the frame nothing is known, and nothing is assumed. */
function smoothed({ columns, rows, values }: Blocks, sd: number): Blocks {
  const weights = Float64Array.from({ length: Math.ceil(4 * sd) + 1 }, (_, i) =>
    Math.exp(-0.5 * (i / sd) ** 2),
  );
  const alongX = new Float64Array(values.length);
  const alongBoth = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    smoothLine(values, row * columns, 1, columns, weights, alongX);
  }
  for (let column = 0; column < columns; column++) {
    smoothLine(alongX, column, columns, rows, weights, alongBoth);
  }
  return { columns, rows, values: alongBoth };
}

/** @param weights - Of the distances 0, 1, 2, ... */
function smoothLine(
  values: Float64Array,
  start: number,
  stride: number,
  length: number,
  weights: Float64Array,
  out: Float64Array,
): void {
  const reach = weights.length - 1;
  for (let i = 0; i < length; i++) {
    let sum = 0;
    let total = 0;
    for (let j = Math.max(0, i - reach); j <= Math.min(length - 1, i + reach); j++) {
      const weight = weights[Math.abs(i - j)]!;
      sum += weight * values[start + j * stride]!;
      total += weight;
    }
    out[start + i * stride] = sum / total;
  }
}

/** The two blocks around the centre of a pixel, and how far it lies from the first to the second. */
function between(
  pixel: number,
  blockPx: number,
  count: number,
): { low: number; high: number; share: number } {
  const at = Math.max(0, Math.min(count - 1, (pixel + 0.5) / blockPx - 0.5));
  const low = Math.floor(at);
  return { low, high: Math.min(count - 1, low + 1), share: at - low };
}
