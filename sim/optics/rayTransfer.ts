import type { Aberration } from '../../harness/microscope/index.ts';
import { isFftLength, RealFft2 } from '../../harness/numeric/index.ts';
import { CoarseTransfer } from './CoarseTransfer.ts';
import { gaussLegendre } from './gaussLegendre.ts';
import { type Pupil, rayReachUm } from './Pupil.ts';
import type { TransferColumns, WaveVectors } from './TransferColumns.ts';

/** A ray is drawn as a blob over this many grid points to either side. */
const blobReach = 4;
const blobShape = 18.4;
/** Blobs are looked up at distances of 1/blobSteps of a grid point, and interpolated. */
const blobSteps = 1024;

/**
 * Transfer function of a pupil in geometric optics: the mean of exp(-i k d(rho)) over its rays
 * (d(rho): see {@link RayAberrations}) and over the spread of foci.
 *
 * Gauss-Legendre nodes in |rho|, equal angles, equal steps of focus, as many as the largest phase
 * k d asks for. The rays are drawn on a fine grid, each as a small blob; the Fourier transform of
 * the grid over that of one blob is the sum over rays at all wave vectors at once, to 1e-6.
 *
 * @see Greengard, Lee 2004, SIAM Review 46; Barnett, Magland, af Klinteberg 2019, SIAM J. Sci.
 *   Comput. 41 (the shape of the blob)
 */
export function rayTransfer(
  waveVectors: WaveVectors,
  aberration: Aberration,
  pupil: Pupil,
): TransferColumns {
  const coarse = new CoarseTransfer(rayReachUm(aberration, pupil), waveVectors);
  const { step, columns, rows, re, im } = coarse;
  // Twice as fine as the wave vectors need: the transform of a blob must not fold into them.
  const size = gridSize(4 * Math.max(columns, rows));
  const spacing = (2 * Math.PI) / (size * step);
  const largest = Math.hypot(waveVectors.largestX, waveVectors.largestY);
  const image = drawRays(size, spacing, aberration, pupil, largest);
  const { data } = new RealFft2(size, size).forward(image, undefined, columns + 1);
  const blob = blobTransform(size, Math.max(columns, rows));
  for (let column = 0; column <= columns; column++) {
    for (let row = -rows; row <= rows; row++) {
      const from = 2 * (column * size + ((row + size) % size));
      const to = column * (2 * rows + 1) + rows + row;
      // The centre of the probe is the middle of the grid.
      const sign = (column + row) % 2 === 0 ? 1 : -1;
      const scale = sign / (blob[column]! * blob[Math.abs(row)]!);
      re[to] = scale * data[from]!;
      im[to] = scale * data[from + 1]!;
    }
  }
  return coarse.interpolated(waveVectors);
}

function gridSize(least: number): number {
  let size = 16 * Math.ceil(least / 16);
  while (!isFftLength(size)) size += 16;
  return size;
}

/** The probe as rays, centred on (size/2, size/2); the weights sum to 1. */
function drawRays(
  size: number,
  spacing: number,
  aberration: Aberration,
  pupil: Pupil,
  largestK: number,
): Float32Array {
  const { convergence, comaUm, threeFoldUm, sphericalUm, weight, focusSpreadUm } = pupil;
  const { zUm, aUm, bUm } = aberration;
  const image = new Float32Array(size * size);
  const draw = blobPainter(image, size);
  const foci = focusNodes(focusSpreadUm, convergence * largestK);
  const largestPhase = largestK * rayReachUm(aberration, pupil);
  const rings = gaussLegendre(Math.ceil(largestPhase / 4) + 8);
  rings.nodes.forEach((rho, ring) => {
    const angles = Math.ceil(largestPhase * rho + 4 * Math.cbrt(largestPhase) + 8);
    const density = 1 + weight * (2 * rho * rho - 1);
    const ringWeight = (2 * rho * density * rings.weights[ring]!) / angles;
    for (let i = 0; i < angles; i++) {
      const angle = (2 * Math.PI * i) / angles;
      const x = rho * Math.cos(angle);
      const y = rho * Math.sin(angle);
      const rho2 = rho * rho;
      const xx = x * x - y * y;
      const xy = 2 * x * y;
      const fixedX =
        2 * comaUm.x * rho2 +
        comaUm.x * xx +
        comaUm.y * xy +
        threeFoldUm.x * xx +
        threeFoldUm.y * xy;
      const fixedY =
        2 * comaUm.y * rho2 +
        comaUm.x * xy -
        comaUm.y * xx +
        threeFoldUm.y * xx -
        threeFoldUm.x * xy;
      const round = sphericalUm * rho2;
      for (const focus of foci) {
        const z = zUm + focus.offsetUm;
        const dx = convergence * ((z - aUm) * x - bUm * y) + fixedX + round * x;
        const dy = convergence * ((z + aUm) * y - bUm * x) + fixedY + round * y;
        draw(size / 2 + dx / spacing, size / 2 + dy / spacing, ringWeight * focus.weight);
      }
    }
  });
  return image;
}

/** The trapezoidal rule on a Gaussian, for phases up to `phasePerUm` per um: good to 1e-5. */
function focusNodes(
  spreadUm: number,
  phasePerUm: number,
): readonly { readonly offsetUm: number; readonly weight: number }[] {
  const sigmas = 4.5;
  const eachSide = Math.ceil((sigmas * (spreadUm * phasePerUm + 5)) / (2 * Math.PI));
  const count = spreadUm === 0 ? 0 : eachSide;
  const offsets = Array.from(
    { length: 2 * count + 1 },
    (_, i) => (sigmas * (i - count)) / eachSide,
  );
  const total = offsets.reduce((sum, t) => sum + Math.exp((-t * t) / 2), 0);
  return offsets.map((t) => ({ offsetUm: t * spreadUm, weight: Math.exp((-t * t) / 2) / total }));
}

function blobAt(x: number): number {
  const inside = 1 - (x / blobReach) ** 2;
  return inside > 0 ? Math.exp(blobShape * (Math.sqrt(inside) - 1)) : 0;
}

/** Adds blobs of a given weight at given places to a square image. */
function blobPainter(image: Float32Array, size: number) {
  const span = 2 * blobReach;
  const table = Float64Array.from({ length: span * blobSteps + 2 }, (_, i) =>
    blobAt(i / blobSteps - blobReach),
  );
  const across = new Float64Array(span);
  return (x: number, y: number, weight: number): void => {
    const left = Math.ceil(x) - blobReach;
    const top = Math.ceil(y) - blobReach;
    for (let i = 0; i < span; i++) across[i] = weight * lookUp(table, left + i - x);
    for (let j = 0; j < span; j++) {
      const down = lookUp(table, top + j - y);
      const to = (top + j) * size + left;
      for (let i = 0; i < span; i++) image[to + i] = image[to + i]! + down * across[i]!;
    }
  };
}

/** @param x - Distance from the centre of the blob, in [-blobReach, blobReach]. */
function lookUp(table: Float64Array, x: number): number {
  const place = (x + blobReach) * blobSteps;
  const i = Math.floor(place);
  return table[i]! + (place - i) * (table[i + 1]! - table[i]!);
}

/** Fourier transform of a blob along one axis at the indices 0 .. last of a grid of `size`. */
function blobTransform(size: number, last: number): Float64Array {
  const { nodes, weights } = gaussLegendre(24);
  return Float64Array.from({ length: last + 1 }, (_, index) => {
    let sum = 0;
    nodes.forEach((node, i) => {
      const x = blobReach * node;
      sum += weights[i]! * blobAt(x) * Math.cos((2 * Math.PI * index * x) / size);
    });
    return 2 * blobReach * sum;
  });
}
