import {
  cropOfImage,
  type GreyImage,
  jinc,
  phaseCorrelation,
  RealFft2,
} from '../../../harness/numeric/index.ts';
import { mean } from '../../../harness/statistics/index.ts';
import {
  convergenceMrad,
  openInstrument,
  pixelSizeNm,
  placeSeeds,
  slowDwellTimeNs,
} from '../instrument.ts';
import { markdownTable } from '../markdownTable.ts';

/** Strongly and differently out of focus, um. */
const defocusUm = [-15, 5, 20] as const;
const sidePx = 768;
const marginPx = 64;

const presets = [
  { preset: 'ideal', expected: 'at most 0.1' },
  { preset: 'ideal~coma=5', expected: 'some tenths' },
  { preset: 'merlin-real~coma=0', expected: '–' },
  { preset: 'merlin-real', expected: '–' },
] as const;

/**
 * The check of registration: three frames are compared two by two, each blurred by the other's
 * transfer function; the three displacements should add up to nothing.
 */
export async function closureTable(): Promise<string> {
  const rows = [];
  for (const { preset, expected } of presets) {
    const misses = [];
    for (const seed of placeSeeds) misses.push(await missPx(preset, seed));
    rows.push([
      `\`${preset}\``,
      expected,
      mean(misses).toFixed(2),
      misses.map((miss) => miss.toFixed(2)).join(', '),
    ]);
  }
  return markdownTable(['preset, disc', 'wanted, px', 'mean miss, px', 'each place'], rows);
}

async function missPx(preset: string, seed: number): Promise<number> {
  const expose = openInstrument({ preset, psf: 'disc', specimen: 'tissue', seed });
  const frame = { width: sidePx, height: sidePx, dwellTimeNs: slowDwellTimeNs };
  const frames: GreyImage[] = [];
  for (const workingDistanceUm of defocusUm)
    frames.push(await expose({ workingDistanceUm }, frame));
  let [x, y] = [0, 0];
  for (const [from, to] of [
    [0, 1],
    [1, 2],
    [2, 0],
  ] as const) {
    const found = phaseCorrelation(
      blurred(frames[from]!, defocusUm[to]),
      blurred(frames[to]!, defocusUm[from]),
      {
        expectedXPx: 0,
        expectedYPx: (expectedShiftNm(preset) * (defocusUm[to] - defocusUm[from])) / pixelSizeNm,
        searchRadiusPx: 12,
      },
    );
    x += found.xPx;
    y += found.yPx;
  }
  return Math.hypot(x, y);
}

/** What a calibration says of the image shift along y, nm per um. */
const expectedShiftNm = (preset: string) => (preset.startsWith('merlin') ? 16 : 0);

/** By the transfer function of a disc; what wraps around is cut off. */
function blurred(image: GreyImage, zUm: number): GreyImage {
  const { width, height } = image;
  const fft = new RealFft2(width, height);
  const spectrum = fft.forward(image.data);
  const radiusPx = (convergenceMrad * Math.abs(zUm)) / pixelSizeNm;
  for (let kx = 0; kx <= width / 2; kx++) {
    for (let ky = 0; ky < height; ky++) {
      const signed = ky <= height / 2 ? ky : ky - height;
      const k = 2 * Math.PI * Math.hypot(kx / width, signed / height);
      const transfer = jinc(radiusPx * k);
      const at = 2 * (kx * height + ky);
      spectrum.data[at]! *= transfer;
      spectrum.data[at + 1]! *= transfer;
    }
  }
  const inner = {
    x: marginPx,
    y: marginPx,
    width: width - 2 * marginPx,
    height: height - 2 * marginPx,
  };
  return cropOfImage({ width, height, data: fft.inverse(spectrum) }, inner);
}
