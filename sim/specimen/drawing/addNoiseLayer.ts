import { cellHash } from '../../hash/cellHash.ts';
import { errorFunction } from './errorFunction.ts';
import type { SpecimenRegion } from './Specimen.ts';

/** White noise seen through a Gaussian. */
export interface NoiseLayer {
  readonly salt: number;
  /** Standard deviation of the Gaussian, in nm. */
  readonly sigmaNm: number;
  /** Standard deviation of the layer, area sampling apart. */
  readonly rms: number;
}

/**
 * Adds a layer of Gaussian random field, averaged over each pixel exactly.
 *
 * Every node of a lattice has a random number; the field is their sum, weighted by a Gaussian of
 * the distance. Its mean power is that of the Gaussian, whatever the lattice; its variance differs
 * from place to place by 0.3 %, because the lattice is so fine. The sum is over some ten nodes, each
 * with the sum of four uniform numbers, which is why it is Gaussian.
 *
 * @param yields - Row-major, as large as the region; added to in place.
 */
export function addNoiseLayer(
  { salt, sigmaNm, rms }: NoiseLayer,
  { leftNm, topNm, width, height, pixelSizeNm }: SpecimenRegion,
  yields: Float64Array,
): void {
  const spacingNm = sigmaNm / sigmaNodes;
  const pixelNodes = pixelSizeNm / spacingNm;
  const across = nodeShares(leftNm / spacingNm, width, pixelNodes);
  const along = nodeShares(topNm / spacingNm, height, pixelNodes);
  // A sum of squared Gaussians of integral 1 is 1 / (4 pi sigma^2) in the mean.
  const scale = (rms * Math.sqrt(4 * Math.PI) * sigmaNodes) / deviateSd;
  const firstNode = across.starts[0]!;
  const nodes = new Float64Array(across.starts[width - 1]! + across.taps - firstNode);
  const line = new Float64Array(width);
  let firstRow = 0;
  const endNode = along.starts[height - 1]! + along.taps;
  for (let node = along.starts[0]!; node < endNode; node++) {
    for (let at = 0; at < nodes.length; at++)
      nodes[at] = scale * deviate(cellHash(salt, firstNode + at, node));
    weighNodes(nodes, firstNode, across, line);
    while (along.starts[firstRow]! + along.taps <= node) firstRow++;
    for (let row = firstRow; row < height && along.starts[row]! <= node; row++) {
      const share = along.shares[row * along.taps + node - along.starts[row]!]!;
      for (let x = 0, to = row * width; x < width; x++, to++) yields[to]! += share * line[x]!;
    }
  }
}

/** Standard deviation of the Gaussian in spacings of the lattice. */
const sigmaNodes = 0.85;
/** The Gaussian ends where it is 4e-5 of its peak. */
const reachNodes = 4.5 * sigmaNodes;

/** Which nodes a row (or column) of pixels consists of, and in what shares. */
interface NodeShares {
  readonly taps: number;
  /** First node of each pixel. */
  readonly starts: Int32Array;
  /** Means of the Gaussian over each pixel, `taps` for each. */
  readonly shares: Float64Array;
}

/** @param edge - Of the first pixel, in spacings of the lattice, as `step`, the pixel size. */
function nodeShares(edge: number, count: number, step: number): NodeShares {
  const taps = Math.ceil(2 * reachNodes + step) + 1;
  const starts = new Int32Array(count);
  const shares = new Float64Array(count * taps);
  const root = Math.SQRT2 * sigmaNodes;
  for (let index = 0; index < count; index++) {
    const from = edge + index * step;
    const start = Math.ceil(from - reachNodes);
    starts[index] = start;
    for (let tap = 0; tap < taps; tap++) {
      const before = errorFunction((from - start - tap) / root);
      const after = errorFunction((from + step - start - tap) / root);
      shares[index * taps + tap] = (after - before) / (2 * step);
    }
  }
  return { taps, starts, shares };
}

function weighNodes(
  nodes: Float64Array,
  firstNode: number,
  { taps, starts, shares }: NodeShares,
  line: Float64Array,
): void {
  for (let x = 0, at = 0; x < line.length; x++) {
    const from = starts[x]! - firstNode;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++, at++) sum += shares[at]! * nodes[from + tap]!;
    line[x] = sum;
  }
}

/** Sum of the four bytes of a hash about its mean: nearly normal. */
function deviate(bits: number): number {
  return (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510;
}

/** Standard deviation of the sum of four bytes. */
const deviateSd = Math.sqrt((4 * (256 ** 2 - 1)) / 12);
