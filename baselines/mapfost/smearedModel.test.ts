import { describe, expect, it } from 'vitest';
import { merlinCalibration } from '../../harness/algorithm/testing/merlinCalibration.ts';
import { syntheticPair } from '../../harness/algorithm/testing/syntheticPair.ts';
import { noisePowerOf, type PairSpectra } from '../pair/PairSpectra.ts';
import { PairSpectrometer } from '../pair/PairSpectrometer.ts';
import { type SpectrumBins, spectrumBins } from '../pair/SpectrumBins.ts';
import type { PairState } from './PairLikelihood.ts';
import { natsOf, refineFit } from './refineFit.ts';
import { SmearedModel } from './smearedModel.ts';

const perturbationUm = 5;
const side = 192;

function spectraOf(): PairSpectra {
  const pair = syntheticPair({
    aberration: { zUm: 4, aUm: -2, bUm: 1 },
    optics: merlinCalibration,
    ...{ width: side, height: side, counts: 400, seed: 11 },
  });
  const patch = { x: 0, y: 0, width: side, height: side };
  const spectrometer = new PairSpectrometer(side, 'wide');
  return spectrometer.measure(pair.under, pair.over, patch, { x: 0, y: 0 }, 10, 0.25);
}

const state: PairState = {
  aberration: { zUm: 4, aUm: -2, bUm: 1 },
  shiftUm: { x: 0.01, y: -0.02 },
  logGain: 0.05,
};

/** A thousand times the noise, falling by an e-fold every three rings. */
function powersOf(spectra: PairSpectra, { ringStarts }: SpectrumBins): Float64Array {
  const largest = 1e3 * noisePowerOf(spectra);
  return Float64Array.from(
    { length: ringStarts.length - 1 },
    (_, ring) => largest * Math.exp(-ring / 3),
  );
}

/** Spectra that are what the model expects, noise and all. */
function expectedSpectra(
  spectra: PairSpectra,
  model: SmearedModel,
  powers: Float64Array,
): PairSpectra {
  const seen = model.seenAt(state, powers);
  const noise = noisePowerOf(spectra);
  const rows = 2 * spectra.reach + 1;
  const phase = (i: number) =>
    spectra.stepRadPerUm *
    (Math.floor(i / rows) * state.shiftUm.x + ((i % rows) - spectra.reach) * state.shiftUm.y);
  return {
    ...spectra,
    powerUnder: seen.under.map((value) => value + noise),
    powerOver: seen.over.map((value) => value + noise),
    crossRe: seen.cross.map((value, i) => value * Math.cos(phase(i))),
    crossIm: seen.cross.map((value, i) => -value * Math.sin(phase(i))),
  };
}

/** As under a window that spreads nothing. */
function sharpWindow(spectra: PairSpectra): PairSpectra {
  const smear = new Float64Array(spectra.smear.length);
  smear[spectra.reach] = 1;
  return { ...spectra, smear };
}

describe('the smeared model', () => {
  const spectra = spectraOf();
  const bins = spectrumBins(spectra.reach, 'disc');
  const powers = powersOf(spectra, bins);
  const model = new SmearedModel(spectra, perturbationUm, merlinCalibration);

  it('is the model convolved with the power spectrum of the window', () => {
    const { reach, smear } = spectra;
    const rows = 2 * reach + 1;
    const point = sharpWindow(spectra);
    const sharp = new SmearedModel(point, perturbationUm, merlinCalibration).seenAt(state, powers);
    const seen = model.seenAt(state, powers);
    const half = (values: Float64Array, nx: number, ny: number) =>
      nx < 0 ? values[-nx * rows - ny + reach]! : values[nx * rows + ny + reach]!;
    for (const [nx, ny] of [
      [2, 3],
      [6, -5],
      [0, 7],
    ] as const) {
      let sum = 0;
      for (let x = -8; x <= 8; x++) {
        for (let y = -8; y <= 8; y++) {
          sum += half(smear, x, y) * half(sharp.under, nx - x, ny - y);
        }
      }
      expect(half(seen.under, nx, ny) / sum).toBeCloseTo(1, 3);
    }
  });

  it('takes out of spectra what the window adds to its own', () => {
    const expected = expectedSpectra(spectra, model, powers);
    const point = sharpWindow(spectra);
    const sharp = new SmearedModel(point, perturbationUm, merlinCalibration).seenAt(state, powers);
    const noise = noisePowerOf(spectra);
    const { powerUnder } = new SmearedModel(expected, perturbationUm, merlinCalibration).unsmeared(
      state,
      powers,
    );
    const worst = bins.at.reduce(
      (most, i) => Math.max(most, Math.abs(powerUnder[i]! - noise - sharp.under[i]!)),
      0,
    );
    expect(worst / Math.max(...sharp.under)).toBeLessThan(1e-5);
  });

  it('lets a fit find state and powers that it was made of', () => {
    const expected = expectedSpectra(spectra, model, powers);
    const start: PairState = {
      ...state,
      aberration: { zUm: 4.6, aUm: -1.6, bUm: 0.7 },
      logGain: 0,
    };
    const refined = refineFit(model, expected, bins, {
      state: start,
      ringPowers: powers.map((power, ring) => power * (1 + 0.3 * Math.sin(ring))),
    });
    const { zUm, aUm, bUm } = refined.state.aberration;
    // The prior, of 20 um, pulls towards focus.
    expect(zUm).toBeCloseTo(4, 1);
    expect(aUm).toBeCloseTo(-2, 1);
    expect(bUm).toBeCloseTo(1, 1);
    expect(refined.state.logGain).toBeCloseTo(0.05, 1);
    const natsAt = (at: PairState, ringPowers: Float64Array) =>
      natsOf(model.seenAt(at, ringPowers), expected, bins, at);
    expect(natsAt(refined.state, refined.ringPowers)).toBeGreaterThan(natsAt(start, powers));
  });
});
