import { describe, expect, it } from 'vitest';
import { greyPixels } from '../../harness/numeric/index.ts';
import type { Validation } from '../../harness/validation/index.ts';
import { validationPage } from '../html/index.ts';
import { validationText } from './validationText.ts';

const simulated = {
  answers: [12, 13, 14].map((zUm) => ({ zUm, aUm: -3, bUm: 2 })),
  workingDistanceUm: { mean: 13, sd: 1 },
  aUm: { mean: -3, sd: 0 },
  bUm: { mean: 2, sd: 0 },
  inside: { lowUm: 11, highUm: 15.4 },
  declined: 0,
};
const validation: Validation = {
  schema: 1,
  series: 'day-one/series.json',
  instrument: 'ours <old>',
  preset: 'merlin-real',
  specimen: 'tissue',
  told: {
    source: 'merlin-real',
    calibration: {
      convergenceMrad: 8.2,
      stigmatorMatrixUmPerUnit: [
        [1, 0],
        [0, 1],
      ],
      imageShiftNmPerUm: { x: 0, y: 0 },
      residualSpotNm: 3.5,
      psf: 'disc',
    },
  },
  seeds: { first: 1, count: 3 },
  states: { workingDistance: 'stated', astigmatism: 'inferred' },
  noise: { real: 4, simulated: 9, dwellTimeNs: 200, beamCurrentNanoAmp: 150, isMatched: false },
  pairs: [
    {
      under: 'a/under.tif',
      over: 'a/over.tif',
      place: '1',
      perturbationUm: 5,
      state: { zUm: -13.3, aUm: 3, bUm: -2 },
    },
  ],
  readings: [
    {
      algorithm: 'mapfost',
      pair: 0,
      real: { zUm: 13.5, aUm: -3.1, bUm: 2.2 },
      offKnobsUm: 0.2,
      simulated,
      z: 0.4,
      isInside: true,
    },
    {
      algorithm: 'deepfocus-512',
      pair: 0,
      real: { zUm: 19, aUm: -3.1, bUm: 2.2 },
      offKnobsUm: 5.7,
      simulated,
      z: 3.4,
      isInside: false,
    },
    {
      algorithm: 'spectral',
      pair: 0,
      real: { declined: 'two solutions' },
      offKnobsUm: null,
      simulated,
      z: null,
      isInside: null,
    },
  ],
  notAsked: [{ algorithm: 'deepfocus-64', pair: null, reason: 'trained for another instrument' }],
  r: 2.42,
  scale: 1.08,
  verdict: 'not predicted',
  rOfSimulated: [0.7, 0.9, 2.5],
};

describe('validationText', () => {
  it('has a table for each pair, notes and the verdict', () => {
    expect(validationText(validation)).toMatchInlineSnapshot(`
      "series     day-one/series.json, ours <old>, 1 pair
      simulated  merlin-real over tissue, 3 seeds for each place from 1 on
      told       the calibration of merlin-real: 8.2 mrad, for real and simulated frames alike
      state      working distance stated, astigmatism inferred
      noise      signal over noise at 20 rad/µm 4.00 real, 9.00 simulated, with 150 nA and 200 ns

      under.tif and over.tif: 10 µm apart; the settings ask for +13.30 µm, a, b −3.0, +2.0 µm
      method         real, µm  off, µm  simulated, µm     z  inside   a, b real  a, b simulated  declined real, simulated
      mapfost          +13.50    +0.20  +13.00 ± 1.00  +0.4     yes  −3.1, +2.2      −3.0, +2.0                  0/1, 0/3
      deepfocus-512    +19.00    +5.70  +13.00 ± 1.00  +3.4      no  −3.1, +2.2      −3.0, +2.0                  0/1, 0/3
      spectral              –        –  +13.00 ± 1.00     –       –           –      −3.0, +2.0                  1/1, 0/3

      not asked: deepfocus-64, 1 of 1 pairs: trained for another instrument

      note: The astigmatism is not stated. It was taken to be the median of what the methods read.
      note: The noise could not be matched: signal over noise is 4.00 in the real frames and 9.00 in the simulated ones.
      note: spectral declined 1 of 1 real pairs and 0 of 3 simulated ones.
      merlin-real does not predict what the methods read on the real frames: R = 2.42 (at most 1) and s = 1.080 (1 ± 0.05). R is as large for 1 of 3 simulated seeds in place of the real frames."
    `);
  });

  it('has the digits that tell on which side of its limit R lies', () => {
    const last = (r: number) => validationText({ ...validation, r });
    expect(last(1.0014)).toContain('R = 1.001 (at most 1)');
    expect(last(0.996)).toContain('R = 0.996 (at most 1)');
  });

  it('says that nothing could be compared', () => {
    const none: Validation = {
      ...validation,
      readings: [],
      r: null,
      scale: null,
      verdict: 'undecided',
    };
    expect(validationText(none)).toMatch(/\nNo method gave a reading of the real frames [^\n]*$/);
  });
});

describe('validationPage', () => {
  const frame = greyPixels(new Uint8Array(80 * 70).fill(9), 80, 70);
  const pair = { under: frame, over: frame, pixelSizeNm: 10, perturbationUm: 5 };
  const page = (content: Validation) => validationPage(content, { real: pair, simulated: pair });

  it('is one file with verdict, figure, tables and frames, every text of it escaped', () => {
    const html = page(validation);
    expect(html).toContain('Validation of ours &lt;old&gt; against merlin-real');
    expect(html).toContain('<span class="stamp invalid">NOT PREDICTED</span>');
    expect(html.match(/<img src="data:image\/png/g)).toHaveLength(4);
    expect(html).toContain('>deepfocus-512</text>');
    expect(html).toContain('trained for another instrument');
    expect(html).not.toMatch(/<script|<button|https?:|old>|NaN|undefined/);
    expect(page(validation)).toBe(html);
  });

  it('stands without anything to draw', () => {
    const none: Validation = {
      ...validation,
      readings: [],
      r: null,
      scale: null,
      verdict: 'undecided',
    };
    expect(page(none)).toContain('Every method declined every pair.');
  });
});
