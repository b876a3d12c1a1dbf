import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Aberration } from '../../harness/microscope/index.ts';
import { RealFft2 } from '../../harness/numeric/index.ts';
import type { Specimen } from '../specimen/drawing/Specimen.ts';
import { createSpecimen } from '../specimen/index.ts';
import { momentsOf } from '../testing/momentsOf.ts';
import { plainOptics, withRays } from '../testing/plainOptics.ts';
import { probeCovariance } from '../testing/probeCovariance.ts';
import { greyMoments } from '../testing/realism/greyMoments.ts';
import { type Spot, spotsSpecimen } from '../testing/spotsSpecimen.ts';
import { FrameBlurrer } from './FrameBlurrer.ts';
import type { FrameGeometry } from './FrameGeometry.ts';
import type { Optics, RayAberrations } from './Optics.ts';
import { planTiles } from './planTiles.ts';
import { transferFunction } from './transferFunction.ts';

const gaussian: Optics = { ...plainOptics, psf: 'gaussian' };
const disc: Optics = { ...plainOptics, psf: 'disc' };
const unshifted = { x: 0, y: 0 };
const inFocus: Aberration = { zUm: 0, aUm: 0, bUm: 0 };

const largestDifference = (p: ArrayLike<number>, q: ArrayLike<number>) => {
  expect(p.length).toBe(q.length);
  let largest = 0;
  for (let i = 0; i < p.length; i++) largest = Math.max(largest, Math.abs(p[i]! - q[i]!));
  return largest;
};

function crop(
  image: Float32Array,
  stride: number,
  part: { x: number; y: number; w: number; h: number },
) {
  return Float32Array.from(
    { length: part.w * part.h },
    (_, i) => image[(part.y + Math.floor(i / part.w)) * stride + part.x + (i % part.w)]!,
  );
}

interface BlurCase {
  psf: Optics['psf'];
  aberration: Aberration;
  shiftNm: { x: number; y: number };
  yields: number[];
}
interface AberratedCase extends BlurCase {
  rays: RayAberrations;
  tiltUmPerPx: { x: number; y: number };
}
const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../fixtures/blur/${name}`, import.meta.url), 'utf8')) as T;
const { convergenceMrad, residualSpotNm, frame, stride, spots, cases } = read<{
  convergenceMrad: number;
  residualSpotNm: number;
  frame: FrameGeometry;
  stride: number;
  spots: Spot[];
  cases: BlurCase[];
}>('blur.json');
const { wave, cases: aberrated } = read<{
  wave: Optics['wave'];
  cases: AberratedCase[];
}>('aberrated.json');
const sampled = (yields: Float32Array) =>
  yields.filter(
    (_, i) => (i % frame.width) % stride === 0 && Math.floor(i / frame.width) % stride === 0,
  );

describe('rendering, against NumPy and SciPy', () => {
  it.each(cases)('agrees to 1e-5: $psf, $aberration, shift $shiftNm', (one) => {
    const optics = { ...plainOptics, psf: one.psf, convergenceMrad, residualSpotNm };
    const blurrer = new FrameBlurrer(spotsSpecimen(spots), optics);
    const found = blurrer.render(frame, one.aberration, one.shiftNm);
    expect(largestDifference(sampled(found), one.yields)).toBeLessThan(1e-5);
  });

  it('has cases whose contrast would make an error visible', () => {
    for (const { yields } of cases) expect(Math.max(...yields)).toBeGreaterThan(1.05);
  });
});

describe('rendering with imperfect probes, against NumPy and SciPy', () => {
  function worst(one: (typeof aberrated)[number]): number {
    const base = { ...plainOptics, psf: one.psf, convergenceMrad, residualSpotNm };
    const optics = { ...base, wave, rays: one.rays };
    const { x, y } = one.tiltUmPerPx;
    const found = new FrameBlurrer(spotsSpecimen(spots), optics).render(
      ...([frame, one.aberration, one.shiftNm] as const),
      (column, row) => x * column + y * row,
    );
    return largestDifference(sampled(found), one.yields);
  }
  const isTilted = ({ tiltUmPerPx: { x, y } }: (typeof aberrated)[number]) => x !== 0 || y !== 0;
  const flat = aberrated.filter((one) => !isTilted(one));

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
  it.each(aberrated.filter(isTilted))(
    'agrees to 2e-3: tilted by $tiltUmPerPx, $aberration',
    (one) => {
      expect(worst(one)).toBeLessThan(2e-3);
    },
  );

  it('has aberrated of every kind', () => {
    expect([...new Set(aberrated.map((one) => one.psf))].sort()).toEqual([
      'disc',
      'gaussian',
      'wave',
    ]);
    expect(aberrated.filter(isTilted).length).toBe(2);
    for (const { yields } of aberrated) expect(Math.max(...yields)).toBeGreaterThan(1.05);
  });
});

describe('the image of a point', () => {
  it.each([
    { optics: gaussian, state: { zUm: 6, aUm: 0, bUm: 0 } },
    { optics: gaussian, state: { zUm: 6, aUm: 2, bUm: -3 } },
    { optics: gaussian, state: { zUm: -5, aUm: -3, bUm: 2 } },
    { optics: disc, state: { zUm: 6, aUm: 2, bUm: -3 } },
    { optics: disc, state: { zUm: 2, aUm: 0, bUm: 5 } },
  ])('has the covariance of traced rays to 1 %: $optics.psf, $state', ({ optics, state }) => {
    const sigmaNm = 15;
    const frame = { leftNm: -800, topNm: -600, width: 160, height: 120, pixelSizeNm: 10 };
    const spot = { xNm: 5, yNm: 5, sigmaNm, peak: 50 };
    const image = new FrameBlurrer(spotsSpecimen([spot]), optics).render(frame, state, unshifted);
    const { x, y, xx, yy, xy } = momentsOf(
      image.map((value) => value - 1),
      160,
      80,
      60,
    );
    const expected = probeCovariance(state, optics);
    const scale = Math.max(expected.xx, expected.yy);
    expect(Math.abs(x)).toBeLessThan(1e-3);
    expect(Math.abs(y)).toBeLessThan(1e-3);
    expect(Math.abs((xx * 100 - sigmaNm ** 2) / expected.xx - 1)).toBeLessThan(0.01);
    expect(Math.abs((yy * 100 - sigmaNm ** 2) / expected.yy - 1)).toBeLessThan(0.01);
    expect(Math.abs(xy * 100 - expected.xy)).toBeLessThan(0.01 * scale);
    expect(Math.sign(xy)).toBe(Math.abs(expected.xy) < 1 ? Math.sign(xy) : Math.sign(expected.xy));
  });
});

describe('edges', () => {
  const frame = { leftNm: 0, topNm: 0, width: 200, height: 120, pixelSizeNm: 10 };
  const blurred: Aberration = { zUm: 15, aUm: 0, bUm: 0 };

  it.each([
    { side: 'left', xNm: -60, yNm: 600, near: { x: 0, y: 60 }, far: { x: 199, y: 60 } },
    { side: 'right', xNm: 2060, yNm: 600, near: { x: 199, y: 60 }, far: { x: 0, y: 60 } },
    { side: 'top', xNm: 1000, yNm: -60, near: { x: 100, y: 0 }, far: { x: 100, y: 119 } },
    { side: 'bottom', xNm: 1000, yNm: 1260, near: { x: 100, y: 119 }, far: { x: 100, y: 0 } },
  ])('a bright point beyond the $side edge blurs in there and nowhere else', (one) => {
    const spot = { xNm: one.xNm, yNm: one.yNm, sigmaNm: 20, peak: 100 };
    for (const optics of [gaussian, disc]) {
      const image = new FrameBlurrer(spotsSpecimen([spot]), optics).render(
        frame,
        blurred,
        unshifted,
      );
      expect(image[one.near.y * 200 + one.near.x]).toBeGreaterThan(2);
      expect(Math.abs(image[one.far.y * 200 + one.far.x]! - 1)).toBeLessThan(1e-5);
    }
  });

  it('a point far outside enters by shift alone, at the place that the shift says', () => {
    const spot = { xNm: 9005, yNm: -12345, sigmaNm: 20, peak: 10 };
    const image = new FrameBlurrer(spotsSpecimen([spot]), gaussian).render(frame, inFocus, {
      x: -8000,
      y: 13000,
    });
    const { x, y } = momentsOf(
      image.map((value) => value - 1),
      200,
      0,
      0,
    );
    expect(x + 0.5).toBeCloseTo(100.5, 3);
    expect(y + 0.5).toBeCloseTo(65.5, 3);
  });
});

describe('tiles', () => {
  /** The same frame by a single FFT of the specimen far round it. */
  function renderAtOnce(
    specimen: Specimen,
    frame: FrameGeometry,
    state: Aberration,
    optics: Optics,
  ) {
    const [width, height] = [1536, 768];
    const left = Math.floor((width - frame.width) / 2);
    const top = Math.floor((height - frame.height) / 2);
    const { pixelSizeNm } = frame;
    const yields = specimen.rasterise({
      leftNm: frame.leftNm - left * pixelSizeNm,
      topNm: frame.topNm - top * pixelSizeNm,
      width,
      height,
      pixelSizeNm,
    });
    const fft = new RealFft2(width, height);
    const spectrum = fft.forward(yields);
    const otf = fft.createSpectrum().data;
    transferFunction({ width, height, data: otf }, pixelSizeNm, state, optics);
    for (let i = 0; i < otf.length; i += 2) {
      const [re, im] = [spectrum.data[i]!, spectrum.data[i + 1]!];
      spectrum.data[i] = re * otf[i]! - im * otf[i + 1]!;
      spectrum.data[i + 1] = re * otf[i + 1]! + im * otf[i]!;
    }
    return crop(fft.inverse(spectrum), width, { x: left, y: top, w: frame.width, h: frame.height });
  }

  const frame = { leftNm: 3000, topNm: -2000, width: 950, height: 420, pixelSizeNm: 10.03 };

  it('more than one is needed here', () => {
    for (const margin of [64, 96, 192]) {
      expect(planTiles(frame.width, frame.height, margin).origins.length).toBeGreaterThan(1);
    }
  });

  const smooth = spotsSpecimen(
    Array.from({ length: 12 }, (_, i) => ({
      xNm: 3000 + 860 * i,
      yNm: -2000 + ((i * 5) % 12) * 370,
      sigmaNm: 20 + 4 * i,
      peak: 0.5,
    })),
  );

  it.each([
    { name: 'smooth spots', specimen: smooth, optics: gaussian, zUm: 20, tolerance: 1e-5 },
    { name: 'smooth spots', specimen: smooth, optics: disc, zUm: 9, tolerance: 1e-5 },
    // Structure at the Nyquist frequency rings on in every FFT.
    { name: 'tin', specimen: createSpecimen('tin', 5), optics: disc, zUm: 0, tolerance: 1e-4 },
  ])('equal one large FFT: $name, $optics.psf, z $zUm um', (one) => {
    const state = { zUm: one.zUm, aUm: one.zUm / 4, bUm: -one.zUm / 5 };
    const tiled = new FrameBlurrer(one.specimen, one.optics).render(frame, state, unshifted);
    const whole = renderAtOnce(one.specimen, frame, state, one.optics);
    expect(largestDifference(tiled, whole)).toBeLessThan(one.tolerance);
  });
});

describe('a part of a frame', () => {
  const frame = { leftNm: -2560, topNm: 900, width: 300, height: 230, pixelSizeNm: 10.03 };
  const part = { x: 120, y: 61, w: 97, h: 64 };
  const partFrame = {
    leftNm: frame.leftNm + part.x * frame.pixelSizeNm,
    topNm: frame.topNm + part.y * frame.pixelSizeNm,
    width: part.w,
    height: part.h,
    pixelSizeNm: frame.pixelSizeNm,
  };

  // Symptom of old: half-pixel shifts of sharp specimens rang across edges by 4.5e-3.
  it.each([
    { optics: gaussian, state: inFocus, shiftNm: unshifted, tolerance: 1e-4 },
    { optics: gaussian, state: inFocus, shiftNm: { x: 5, y: 5 }, tolerance: 1e-5 },
    {
      optics: gaussian,
      state: { zUm: 8, aUm: 2, bUm: -1 },
      shiftNm: { x: 5, y: 90 },
      tolerance: 1e-5,
    },
    { optics: disc, state: { zUm: 8, aUm: 2, bUm: -1 }, shiftNm: { x: 5, y: 90 }, tolerance: 1e-4 },
  ])('equals the crop of the whole: $optics.psf, $state, shift $shiftNm', (one) => {
    const specimen = createSpecimen('tin', 3);
    const whole = new FrameBlurrer(specimen, one.optics).render(frame, one.state, one.shiftNm);
    const alone = new FrameBlurrer(specimen, one.optics).render(partFrame, one.state, one.shiftNm);
    expect(largestDifference(alone, crop(whole, frame.width, part))).toBeLessThan(one.tolerance);
  });
});

describe('what was rendered before', () => {
  const frame = { leftNm: 0, topNm: 0, width: 96, height: 80, pixelSizeNm: 10.03 };
  const near: Aberration = { zUm: 1, aUm: 0.5, bUm: 0 };
  const far: Aberration = { zUm: 40, aUm: 3, bUm: 8 };
  const farther: Aberration = { zUm: 90, aUm: 3, bUm: 8 };
  const shiftNm = { x: 3, y: -22 };
  const blurrer = () => new FrameBlurrer(createSpecimen('tin', 1), gaussian);

  // Symptom of old: the margin of an earlier, wider blur was reused and changed most pixels.
  it('changes no byte: a wider blur of the same place in between', () => {
    const one = blurrer();
    const first = one.render(frame, near, shiftNm);
    one.render(frame, far, shiftNm);
    expect(one.render(frame, near, shiftNm)).toEqual(first);
  });

  it('changes no byte: the place met for the first time in another state', () => {
    const upwards = blurrer();
    const downwards = blurrer();
    const states = [near, far, farther];
    const up = states.map((state) => upwards.render(frame, state, shiftNm));
    const down = states.toReversed().map((state) => downwards.render(frame, state, shiftNm));
    expect(down.toReversed()).toEqual(up);
  });

  it('changes no byte: other places, sizes and pixels in between', () => {
    const one = blurrer();
    const frames = [
      frame,
      { ...frame, leftNm: 500 },
      { ...frame, topNm: -500 },
      { ...frame, width: 64 },
      { ...frame, height: 64 },
      { ...frame, pixelSizeNm: 9 },
      frame,
    ];
    for (const geometry of frames) {
      const fresh = blurrer().render(geometry, near, shiftNm);
      expect(one.render(geometry, near, shiftNm)).toEqual(fresh);
    }
  });

  it('asks the specimen for every pixel once', () => {
    let pixels = 0;
    const tin = createSpecimen('tin', 1);
    const counted: Specimen = {
      ...tin,
      rasterise(region) {
        pixels += region.width * region.height;
        return tin.rasterise(region);
      },
    };
    const one = new FrameBlurrer(counted, gaussian);
    for (const state of [near, far, farther, near, far]) one.render(frame, state, unshifted);
    expect(pixels).toBe((96 + 2 * 256) * (80 + 2 * 256));
  });
});

describe('convolution', () => {
  const frame = { leftNm: 0, topNm: 0, width: 128, height: 96, pixelSizeNm: 10 };
  const specimen = createSpecimen('tin', 2);

  it('commutes with shifts by whole pixels', () => {
    const blurrer = new FrameBlurrer(specimen, disc);
    const state = { zUm: 4, aUm: 1, bUm: 1 };
    const still = blurrer.render(frame, state, unshifted);
    const moved = blurrer.render(frame, state, { x: 70, y: -40 });
    const overlap = { w: 128 - 7, h: 96 - 4 };
    const a = crop(still, 128, { x: 0, y: 4, ...overlap });
    const b = crop(moved, 128, { x: 7, y: 0, ...overlap });
    expect(largestDifference(a, b)).toBeLessThan(1e-5);
  });

  it('lowers the variance the more, the larger the gaussian', () => {
    const blurrer = new FrameBlurrer(specimen, gaussian);
    const variances = [0, 1, 2, 5, 10, 20].map((zUm) => {
      const image = blurrer.render(frame, { zUm, aUm: 0, bUm: 0 }, unshifted);
      return greyMoments(image).sd ** 2;
    });
    expect(variances).toEqual(variances.toSorted((p, q) => q - p));
    expect(variances[5]).toBeLessThan(0.3 * variances[0]!);
  });

  it('never yields less than nothing, though a sharp point rings', () => {
    const black: Specimen = {
      name: 'one bright pixel on black',
      polarity: 'normal',
      emission: () => 0,
      rasterise: ({ width, height }) => {
        const yields = new Float32Array(width * height);
        yields[Math.floor(height / 2) * width + width / 2] = 50;
        return yields;
      },
    };
    const image = new FrameBlurrer(black, disc).render(frame, inFocus, { x: 5, y: 5 });
    expect(Math.max(...image)).toBeGreaterThan(5);
    expect(Math.min(...image)).toBe(0);
  });

  it('ends in the mean at 10 mm of defocus', () => {
    const one = spotsSpecimen([{ xNm: 640, yNm: 480, sigmaNm: 40, peak: 5 }]);
    const image = new FrameBlurrer(one, disc).render(
      frame,
      { zUm: 1e4, aUm: 0, bUm: 0 },
      unshifted,
    );
    expect(largestDifference(image, new Float32Array(128 * 96).fill(1))).toBeLessThan(2e-3);
  });
});

describe('a specimen that is not flat', () => {
  const frame = { leftNm: -900, topNm: 400, width: 700, height: 300, pixelSizeNm: 10.03 };
  const state = { zUm: 3, aUm: 1, bUm: -1 };
  const tin = createSpecimen('tin', 6);

  it('of constant height is one plane: the same bytes as the changed defocus', () => {
    const blurrer = new FrameBlurrer(tin, disc);
    const raised = blurrer.render(frame, state, unshifted, () => 1.5);
    expect(raised).toEqual(blurrer.render(frame, { ...state, zUm: 4.5 }, unshifted));
  });

  it.each([
    { name: 'gaussian', optics: gaussian, tolerance: 0.004 },
    { name: 'disc', optics: disc, tolerance: 0.012 },
    {
      name: 'disc with coma',
      optics: withRays('disc', { comaNm: { x: 3, y: 4 } }),
      tolerance: 0.012,
    },
  ])('shows each strip as rendered alone at its own height: $name', ({ optics, tolerance }) => {
    const blurrer = new FrameBlurrer(tin, optics);
    const heightUm = (x: number, y: number) => 0.01 * x + 0.4 * Math.sin(y / 40);
    const whole = blurrer.render(frame, state, unshifted, heightUm);
    const alone = new FrameBlurrer(tin, optics);
    const sharp = alone.render(frame, inFocus, unshifted);
    const contrast = Math.sqrt(
      sharp.reduce((sum, value) => sum + (value - 1) ** 2, 0) / sharp.length,
    );
    // Columns of all tiles, and rows of different height
    for (const [x, y] of [
      [3, 10],
      [211, 63],
      [340, 290],
      [512, 150],
      [698, 33],
    ] as const) {
      const zUm = state.zUm + heightUm(x, y);
      const strip = alone.render(frame, { ...state, zUm }, unshifted);
      const difference = Math.abs(whole[y * frame.width + x]! - strip[y * frame.width + x]!);
      expect(difference).toBeLessThan(tolerance * contrast);
    }
  });

  it('is darker and brighter nowhere than between its planes: no seams', () => {
    const flat = spotsSpecimen([]);
    const blurrer = new FrameBlurrer(flat, gaussian);
    const image = blurrer.render(frame, state, unshifted, (x, y) => x / 60 - y / 100);
    expect(largestDifference(image, new Float32Array(image.length).fill(1))).toBeLessThan(2e-6);
  });
});
