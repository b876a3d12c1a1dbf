import {
  type HalfSpectrum,
  jincOfSquare,
  nextFftLength,
  RealFft2,
} from '../../harness/numeric/index.ts';
import { type PairOptics, smallestBin } from '../pair/PairModel.ts';
import type { PairSpectra } from '../pair/PairSpectra.ts';
import { ringWidth } from '../pair/SpectrumBins.ts';
import type { PairState } from './PairLikelihood.ts';

/** Powers and cross spectrum, real, that are expected of a pair; laid out as `PairSpectra`. */
export interface Seen {
  readonly under: Float64Array;
  readonly over: Float64Array;
  readonly cross: Float64Array;
}

/** What lies farther off in the power spectrum of a window, bins, is left out: the edges of masks rise over a larger length than that. */
const farthestBins = 32;
/** The model is laid out this far beyond the band, bins: what the window carries into it. */
const border = 4;

/**
 * What the window makes of the model: the window, and the mask in it, multiply the frames after the probe has
 * blurred them, so that their spectra are those of `S m_i m_j` convolved with the power spectrum of the window. That
 * lifts the steep flanks of the blurrier frame: without this the aberration comes out too small, by 4 % at
 * 10 um and 3 units with patches of 768 px, by 20 % with 192 px, and by more where bodies are masked, whose edges
 * carry power far.
 */
export class SmearedModel {
  readonly #spectra: PairSpectra;
  readonly #perturbationUm: number;
  readonly #optics: PairOptics;
  readonly #fft: RealFft2;
  readonly #window: HalfSpectrum;
  readonly #scratch: HalfSpectrum;
  readonly #room: Float32Array;

  constructor(spectra: PairSpectra, perturbationUm: number, optics: PairOptics) {
    this.#spectra = spectra;
    this.#perturbationUm = perturbationUm;
    this.#optics = optics;
    const { reach, smear } = spectra;
    const farthest = Math.min(reach, farthestBins);
    // What goes round must not meet the window's own spectrum.
    const side = nextFftLength(2 * reach + border + farthest + 1);
    this.#fft = new RealFft2(side, side);
    this.#scratch = this.#fft.createSpectrum();
    this.#room = new Float32Array(side * side);
    this.#window = this.#fft.forward(this.#plane(cut(smear, reach, farthest), farthest));
  }

  /**
   * Spectra as they would be had the window not spread every wave vector over its neighbours: less what spreading
   * adds to the model at a state that is about right.
   *
   * @param ringPowers - S on every ring, in the units of the spectra.
   */
  unsmeared(state: PairState, ringPowers: Float64Array): PairSpectra {
    const { powerUnder, powerOver, crossRe, crossIm, reach, stepRadPerUm } = this.#spectra;
    const model = this.#modelAt(state, ringPowers);
    const under = this.#addedTo(model.under);
    const over = this.#addedTo(model.over);
    const cross = this.#addedTo(model.cross);
    const rows = 2 * reach + 1;
    const { x, y } = state.shiftUm;
    const phase = (i: number) =>
      stepRadPerUm * (Math.floor(i / rows) * x + ((i % rows) - reach) * y);
    return {
      ...this.#spectra,
      powerUnder: powerUnder.map((value, i) => value - under[i]!),
      powerOver: powerOver.map((value, i) => value - over[i]!),
      // The model's cross spectrum carries the phase of the displacement, as the data do.
      crossRe: crossRe.map((value, i) => value - cross[i]! * Math.cos(phase(i))),
      crossIm: crossIm.map((value, i) => value + cross[i]! * Math.sin(phase(i))),
    };
  }

  /** What is expected on the half plane of the spectra, without noise. */
  seenAt(state: PairState, ringPowers: Float64Array): Seen {
    const { under, over, cross } = this.#modelAt(state, ringPowers);
    // Single precision may fall below nothing where all but nothing is.
    const power = (values: Float32Array) =>
      this.#smeared(values).map((value) => Math.max(0, value));
    return {
      under: power(under),
      over: power(over),
      cross: this.#smeared(cross),
    };
  }

  /** Values without the border. */
  #inside(values: Float32Array): Float64Array {
    const { reach } = this.#spectra;
    return cut(values, reach + border, reach);
  }

  /** S m_i m_j on the half plane and `border` bins around it. */
  #modelAt({ aberration, logGain }: PairState, ringPowers: Float64Array) {
    const { stepRadPerUm, reach } = this.#spectra;
    const optics = this.#optics;
    const gain = Math.exp(logGain);
    const { zUm, aUm, bUm } = aberration;
    const spotUm = optics.residualSpotNm * 1e-3;
    const na2 = (optics.convergenceMrad * 1e-3) ** 2;
    const isDisc = optics.psf === 'disc';
    const disc = new Float64Array(2);
    const powers = powerTable(ringPowers, Math.SQRT2 * (reach + border) + 1);
    const transfer = (z: number, kx: number, ky: number) => {
      const u = (z - aUm) * kx - bUm * ky;
      const v = (z + aUm) * ky - bUm * kx;
      const q = u * u + v * v;
      if (!isDisc) return Math.exp((-na2 / 8) * q);
      jincOfSquare(na2 * q, disc);
      return disc[0]!;
    };
    const rows = 2 * (reach + border) + 1;
    const room = () => new Float32Array((reach + border + 1) * rows);
    const [under, over, cross] = [room(), room(), room()];
    for (let nx = 0, i = 0; nx <= reach + border; nx++) {
      const kx = nx * stepRadPerUm;
      for (let ny = -reach - border; ny <= reach + border; ny++, i++) {
        const ky = ny * stepRadPerUm;
        const power =
          powers[Math.round(Math.sqrt(nx * nx + ny * ny) * perBin)]! *
          Math.exp(-spotUm * spotUm * (kx * kx + ky * ky));
        const m1 = transfer(zUm - this.#perturbationUm, kx, ky);
        const m2 = gain * transfer(zUm + this.#perturbationUm, kx, ky);
        under[i] = power * m1 * m1;
        over[i] = power * m2 * m2;
        cross[i] = power * m1 * m2;
      }
    }
    return { under, over, cross };
  }

  #addedTo(values: Float32Array): Float64Array {
    const sharp = this.#inside(values);
    return this.#smeared(values).map((value, i) => value - sharp[i]!);
  }

  #smeared(values: Float32Array): Float64Array {
    const { data: window } = this.#window;
    const { reach } = this.#spectra;
    const { data } = this.#fft.forward(this.#plane(values, reach + border), this.#scratch);
    for (let i = 0; i < data.length; i += 2) {
      // Both planes are even: their transforms are real.
      data[i]! *= window[i]!;
      data[i + 1] = 0;
    }
    const spread = this.#fft.inverse(this.#scratch);
    const side = this.#fft.width;
    const rows = 2 * reach + 1;
    const out = new Float64Array((reach + 1) * rows);
    for (let ny = -reach; ny <= reach; ny++) {
      const from = (ny < 0 ? ny + side : ny) * side;
      for (let nx = 0; nx <= reach; nx++) out[nx * rows + ny + reach] = spread[from + nx]!;
    }
    return out;
  }

  /** Values of a half plane up to this reach laid out on the whole plane. */
  #plane(values: ArrayLike<number>, reach: number): Float32Array {
    const side = this.#fft.width;
    const rows = 2 * reach + 1;
    const out = this.#room.fill(0);
    for (let ny = -reach; ny <= reach; ny++) {
      const to = (ny < 0 ? ny + side : ny) * side;
      const mirrored = (ny > 0 ? side - ny : -ny) * side + side;
      out[to] = values[ny + reach]!;
      for (let nx = 1; nx <= reach; nx++) {
        const value = values[nx * rows + ny + reach]!;
        out[to + nx] = value;
        out[mirrored - nx] = value;
      }
    }
    return out;
  }
}

/** Values of a half plane, those up to a smaller reach. */
function cut(values: Float32Array | Float64Array, reach: number, smaller: number): Float64Array {
  const rows = 2 * smaller + 1;
  const out = new Float64Array((smaller + 1) * rows);
  for (let nx = 0; nx <= smaller; nx++) {
    const from = nx * (2 * reach + 1) + reach - smaller;
    out.set(values.subarray(from, from + rows), nx * rows);
  }
  return out;
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
