import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Aberration } from '../../harness/microscope/index.ts';
import { plainOptics } from '../testing/plainOptics.ts';
import { type Spot, spotsSpecimen } from '../testing/spotsSpecimen.ts';
import { FrameBlurrer } from './FrameBlurrer.ts';
import type { FrameGeometry } from './FrameGeometry.ts';
import type { Optics, RayAberrations } from './Optics.ts';

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../fixtures/blur/${name}`, import.meta.url), 'utf8')) as T;
const { convergenceMrad, residualSpotNm, frame, stride, spots } = read<{
  convergenceMrad: number;
  residualSpotNm: number;
  frame: FrameGeometry;
  stride: number;
  spots: Spot[];
}>('blur.json');
const { wave, cases } = read<{
  wave: Optics['wave'];
  cases: {
    psf: Optics['psf'];
    rays: RayAberrations;
    tiltUmPerPx: { x: number; y: number };
    aberration: Aberration;
    shiftNm: { x: number; y: number };
    yields: number[];
  }[];
}>('aberrated.json');

describe('rendering with imperfect probes, against NumPy and SciPy', () => {
  function worst(one: (typeof cases)[number]): number {
    const optics = {
      ...plainOptics,
      psf: one.psf,
      convergenceMrad,
      residualSpotNm,
      wave,
      rays: one.rays,
    };
    const { x, y } = one.tiltUmPerPx;
    const found = new FrameBlurrer(spotsSpecimen(spots), optics)
      .render(frame, one.aberration, one.shiftNm, (column, row) => x * column + y * row)
      .filter(
        (_, i) => (i % frame.width) % stride === 0 && Math.floor(i / frame.width) % stride === 0,
      );
    expect(found.length).toBe(one.yields.length);
    return Math.max(...found.map((value, i) => Math.abs(value - one.yields[i]!)));
  }
  const isTilted = ({ tiltUmPerPx: { x, y } }: (typeof cases)[number]) => x !== 0 || y !== 0;
  const flat = cases.filter((one) => !isTilted(one));

  it.each(flat.filter((one) => one.psf !== 'wave'))(
    'agrees to 1e-5: $psf, $aberration, $rays',
    (one) => {
      expect(worst(one)).toBeLessThan(1e-5);
    },
  );

  // The script counts 2048 points across the pupil: its own sums are no better.
  it.each(flat.filter((one) => one.psf === 'wave'))(
    'agrees to 4e-5: $psf, $aberration, $rays',
    (one) => {
      expect(worst(one)).toBeLessThan(4e-5);
    },
  );

  // What planes of focus leave: 0.3 % of the contrast of a spot.
  it.each(cases.filter(isTilted))('agrees to 2e-3: tilted by $tiltUmPerPx, $aberration', (one) => {
    expect(worst(one)).toBeLessThan(2e-3);
  });

  it('has cases of every kind', () => {
    expect([...new Set(cases.map((one) => one.psf))].sort()).toEqual(['disc', 'gaussian', 'wave']);
    expect(cases.filter(isTilted).length).toBe(2);
    for (const { yields } of cases) expect(Math.max(...yields)).toBeGreaterThan(1.05);
  });
});
