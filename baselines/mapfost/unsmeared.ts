import { jincOfSquare } from '../../harness/numeric/index.ts';
import { type PairOptics, smallestBin } from '../pair/PairModel.ts';
import type { PairSpectra } from '../pair/PairSpectra.ts';
import { ringWidth } from '../pair/SpectrumBins.ts';
import type { PairState } from './PairLikelihood.ts';

/**
 * Spectra as they would be had the window not spread every wave vector over its neighbours: less
 * what spreading adds to the model at a state that is about right.
 *
 * The window multiplies the frames after the probe has blurred them. Their powers and cross
 * spectrum are therefore those of `S m_i m_j` convolved with the power spectrum of the window, which
 * lifts the steep flanks of the blurrier frame: without this the aberration comes out too small, by
 * 4 % at 10 um and 3 units with patches of 768 px, by 20 % with 192 px. Of the window's spectrum only
 * the variance counts as long as the transfer functions change little from bin to bin; it is put
 * into three weights per axis.
 *
 * @param ringPowers - S on every ring, in the units of the spectra.
 */
export function unsmeared(
  spectra: PairSpectra,
  state: PairState,
  ringPowers: Float64Array,
  perturbationUm: number,
  optics: PairOptics,
): PairSpectra {
  const { reach, smearBins2 } = spectra;
  const rows = 2 * reach + 1;
  // One column and row more on every side, so that the band's own border has neighbours.
  const model = modelOf(spectra, state, ringPowers, perturbationUm, optics);
  const side = smearBins2 / 2;
  const middle = 1 - smearBins2;
  const wide = rows + 2;
  const excess = (values: Float64Array) => {
    const out = new Float64Array((reach + 1) * rows);
    const alongX = new Float64Array(wide);
    for (let nx = 0; nx <= reach; nx++) {
      const at = (nx + 1) * wide;
      for (let y = 0; y < wide; y++) {
        alongX[y] =
          middle * values[at + y]! + side * (values[at - wide + y]! + values[at + wide + y]!);
      }
      for (let y = 0; y < rows; y++) {
        out[nx * rows + y] =
          middle * alongX[y + 1]! + side * (alongX[y]! + alongX[y + 2]!) - values[at + y + 1]!;
      }
    }
    return out;
  };
  const less = (data: Float64Array, values: Float64Array) => {
    const added = excess(values);
    return data.map((value, i) => value - added[i]!);
  };
  // The model's cross spectrum carries the phase of the displacement, as the data do.
  const cross = excess(model.cross);
  const { crossRe, crossIm } = turnedCross(spectra, state, cross);
  return {
    ...spectra,
    powerUnder: less(spectra.powerUnder, model.under),
    powerOver: less(spectra.powerOver, model.over),
    crossRe,
    crossIm,
  };
}

function turnedCross(spectra: PairSpectra, { shiftUm }: PairState, added: Float64Array) {
  const { reach, stepRadPerUm } = spectra;
  const rows = 2 * reach + 1;
  const crossRe = spectra.crossRe.slice();
  const crossIm = spectra.crossIm.slice();
  for (let nx = 0; nx <= reach; nx++) {
    for (let y = 0; y < rows; y++) {
      const i = nx * rows + y;
      const phase = stepRadPerUm * (nx * shiftUm.x + (y - reach) * shiftUm.y);
      crossRe[i]! -= added[i]! * Math.cos(phase);
      crossIm[i]! += added[i]! * Math.sin(phase);
    }
  }
  return { crossRe, crossIm };
}

/** S m_i m_j on the half plane, and one column and row beyond it on every side. */
function modelOf(
  { reach, stepRadPerUm }: PairSpectra,
  { aberration, logGain }: PairState,
  ringPowers: Float64Array,
  perturbationUm: number,
  optics: PairOptics,
) {
  const wide = 2 * reach + 3;
  const size = (reach + 3) * wide;
  const under = new Float64Array(size);
  const over = new Float64Array(size);
  const cross = new Float64Array(size);
  const gain = Math.exp(logGain);
  const { zUm, aUm, bUm } = aberration;
  const spotUm = optics.residualSpotNm * 1e-3;
  const na2 = (optics.convergenceMrad * 1e-3) ** 2;
  const isDisc = optics.psf === 'disc';
  const disc = new Float64Array(2);
  const powers = powerTable(ringPowers, Math.SQRT2 * (reach + 1) + 1);
  const transfer = (z: number, kx: number, ky: number) => {
    const u = (z - aUm) * kx - bUm * ky;
    const v = (z + aUm) * ky - bUm * kx;
    const q = u * u + v * v;
    if (!isDisc) return Math.exp((-na2 / 8) * q);
    jincOfSquare(na2 * q, disc);
    return disc[0]!;
  };
  for (let nx = -1; nx <= reach + 1; nx++) {
    const kx = nx * stepRadPerUm;
    for (let ny = -reach - 1; ny <= reach + 1; ny++) {
      const ky = ny * stepRadPerUm;
      const power =
        powers[Math.round(Math.sqrt(nx * nx + ny * ny) * perBin)]! *
        Math.exp(-spotUm * spotUm * (kx * kx + ky * ky));
      const m1 = transfer(zUm - perturbationUm, kx, ky);
      const m2 = gain * transfer(zUm + perturbationUm, kx, ky);
      const i = (nx + 1) * wide + ny + reach + 1;
      under[i] = power * m1 * m1;
      over[i] = power * m2 * m2;
      cross[i] = power * m1 * m2;
    }
  }
  return { under, over, cross };
}

/** Entries of the table of powers per bin of radius. */
const perBin = 8;

/** Power against radius: straight between the middles of the rings in the logarithm, level beyond. */
function powerTable(powers: Float64Array, largestBin: number): Float64Array {
  return Float64Array.from({ length: Math.ceil(largestBin * perBin) + 1 }, (_, entry) => {
    const at = (entry / perBin - smallestBin) / ringWidth - 0.5;
    const i = Math.min(Math.max(Math.floor(at), 0), powers.length - 1);
    const next = Math.min(i + 1, powers.length - 1);
    const t = Math.min(Math.max(at - i, 0), 1);
    return powers[i]! ** (1 - t) * powers[next]! ** t;
  });
}
