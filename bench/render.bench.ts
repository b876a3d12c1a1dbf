import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { addFocus } from '../harness/microscope/index.ts';
import { RandomStream, RealFft2, samplePoisson } from '../harness/numeric/index.ts';
import { median } from '../harness/statistics/index.ts';
import { presetNamed } from '../sim/index.ts';
import { truthOf } from './simulatedPair.ts';

const sizes = [
  [1024, 768],
  [2048, 1536],
] as const;
const repetitions = 9;
const warmUps = 3;

/**
 * Times frames of a known place: the same steps as reference/render_scipy.py with our kernels, then
 * the whole simulator, which adds margins, shifts and the imperfections of the instrument. SciPy is
 * timed before and after, and the faster counts, so that load from elsewhere does not flatter us.
 */
export async function benchRender(): Promise<void> {
  const scipyBefore = timeScipy();
  const ours = [];
  for (const [width, height] of sizes) {
    const whole = [];
    for (const preset of ['ideal', 'merlin', 'merlin-real']) {
      whole.push({ preset, ms: await timeSimulator(width, height, preset) });
    }
    ours.push({ width, height, kernels: timeKernels(width, height), whole });
  }
  const scipyAfter = timeScipy();
  process.stdout.write('\none frame of a known place, median of each stage in ms\n');
  ours.forEach(({ width, height, kernels, whole }, i) => {
    const reference = smaller(scipyBefore?.[i], scipyAfter?.[i]);
    const print = (name: string, total: number, stages = '') => {
      const ratio = reference === undefined ? '' : (total / sum(reference)).toFixed(2).padStart(8);
      process.stdout.write(
        `    ${name.padEnd(34)}${total.toFixed(1).padStart(8)}${ratio}  ${stages}\n`,
      );
    };
    process.stdout.write(`  ${width} x ${height} px\n`);
    if (reference !== undefined)
      print('SciPy and NumPy, one core', sum(reference), list(reference));
    print('the same steps with our kernels', sum(kernels), list(kernels));
    for (const { preset, ms } of whole) print(`the simulator, preset ${preset}`, ms);
  });
  if (scipyBefore === undefined) {
    process.stdout.write('  SciPy and NumPy were skipped: python3 with both is not here.\n');
  }
  const peakMb = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`  peak memory of this process: ${peakMb.toFixed(0)} MiB\n`);
}

type Stages = Readonly<Record<string, number>>;

function timeScipy(): readonly Stages[] | undefined {
  const script = fileURLToPath(new URL('./reference/render_scipy.py', import.meta.url));
  const { status, stdout } = spawnSync('python3', [script, `${repetitions}`], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  return (JSON.parse(stdout) as { readonly ms: Stages }[]).map(({ ms }) => ms);
}

/** Transfer function of a Gaussian probe, product, inverse FFT, counts, 8 bit; no margins. */
function timeKernels(width: number, height: number): Stages {
  const fft = new RealFft2(width, height);
  const random = new RandomStream(1, 'specimen');
  const specimen = Float32Array.from({ length: width * height }, () => 1 + 0.2 * random.normal());
  const spectrum = fft.forward(specimen);
  const product = fft.createSpectrum();
  const image = new Float32Array(width * height);
  // Rounds and clips as it stores.
  const grey = new Uint8ClampedArray(width * height);
  const laps: Record<string, number[]> = {};
  for (let i = 0; i < warmUps + repetitions; i++) {
    let start = performance.now();
    const lap = (name: string) => {
      const now = performance.now();
      if (i >= warmUps) laps[name] = [...(laps[name] ?? []), now - start];
      start = performance.now();
    };
    const transfer = gaussianTransfer(width, height);
    lap('otf');
    multiply(product.data, spectrum.data, transfer);
    lap('multiply');
    fft.inverse(product, image);
    lap('inverse');
    for (let k = 0; k < image.length; k++) image[k] = Math.max(0, image[k]!) * 842;
    samplePoisson(image, random, image);
    lap('poisson');
    for (let k = 0; k < image.length; k++) grey[k] = 205 - (85 / 842) * image[k]!;
    lap('quantise');
  }
  return Object.fromEntries(Object.entries(laps).map(([name, ms]) => [name, median(ms)]));
}

function multiply(product: Float32Array, spectrum: Float32Array, transfer: Float32Array): void {
  for (let i = 0; i < transfer.length; i++) {
    product[2 * i] = spectrum[2 * i]! * transfer[i]!;
    product[2 * i + 1] = spectrum[2 * i + 1]! * transfer[i]!;
  }
}

/**
 * exp(-NA^2 |M k|^2 / 8) at 5 um defocus and some astigmatism, as in render_scipy.py. Along a column
 * the exponent is a quadratic function, so that from its maximum on every value follows from the one
 * before by two products.
 */
function gaussianTransfer(width: number, height: number): Float32Array {
  const [z, a, b] = [5, 0.5, 0.2];
  const scale = -(8.74e-3 ** 2) / 8;
  const stepX = (2 * Math.PI) / (width * 0.01003);
  const stepY = (2 * Math.PI) / (height * 0.01003);
  const out = new Float32Array((width / 2 + 1) * height);
  const curvature = scale * ((z + a) ** 2 + b ** 2) * stepY ** 2;
  const half = height / 2;
  for (let nx = 0; nx <= width / 2; nx++) {
    const kx = nx * stepX;
    const exponentAt = (ny: number) => {
      const ky = ny * stepY;
      return scale * (((z - a) * kx - b * ky) ** 2 + ((z + a) * ky - b * kx) ** 2);
    };
    const vertex = (exponentAt(-1) - exponentAt(1)) / (4 * curvature);
    const top = Math.max(-half, Math.min(half, Math.round(vertex)));
    for (const direction of [1, -1]) {
      let ny = direction > 0 ? top : top - 1;
      let value = Math.exp(exponentAt(ny));
      let ratio = Math.exp(exponentAt(ny + direction) - exponentAt(ny));
      const ratioOfRatios = Math.exp(2 * curvature);
      for (; value > 1e-9 && ny >= -half && ny < half; ny += direction) {
        out[nx * height + (ny < 0 ? ny + height : ny)] = value;
        value *= ratio;
        ratio *= ratioOfRatios;
      }
    }
  }
  return out;
}

async function timeSimulator(width: number, height: number, preset: string): Promise<number> {
  const instrument = presetNamed(preset);
  const truth = truthOf(instrument.beam.psf, { preset: instrument });
  const state = addFocus(truth.bestFocus(), { workingDistanceUm: 5, stigmatorX: 0.5 });
  const request = { width, height, pixelSizeNm: 10.03, dwellTimeNs: 200 };
  const times = [];
  for (let i = 0; i < warmUps + repetitions; i++) {
    const start = performance.now();
    await truth.frameAt(state, request);
    if (i >= warmUps) times.push(performance.now() - start);
  }
  return median(times);
}

const sum = (stages: Stages) => Object.values(stages).reduce((total, ms) => total + ms, 0);

const smaller = (a: Stages | undefined, b: Stages | undefined) =>
  a === undefined || b === undefined ? undefined : sum(a) < sum(b) ? a : b;

const list = (stages: Stages) =>
  Object.entries(stages)
    .map(([name, ms]) => `${name} ${ms.toFixed(1)}`)
    .join(', ');
