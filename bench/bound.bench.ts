import {
  baselines,
  boundSd,
  pairInformation,
  ringSpectrum,
  scaleInformation,
} from '../baselines/index.ts';
import {
  addFocus,
  dwellTimeNsForDose,
  type FocusChange,
  type FocusParameter,
  type FocusState,
  focusParameters,
  subtractFocus,
} from '../harness/microscope/index.ts';
import { RandomStream, RealFft2 } from '../harness/numeric/index.ts';
import { exposingBeam, presetCalibration, presetNamed } from '../sim/index.ts';
import { compare } from './compare.ts';
import { truthOf } from './simulatedPair.ts';

const frame = { width: 768, height: 768, pixelSizeNm: 10.03 };
const perturbationUm = 5;
/** Root mean squares of so many errors scatter by 12 %. */
const places = 36;
/** Seeds from here on; no suite uses them. */
const firstSeed = 7500;
const dosesElectronsPerNm2 = [2, 5, 19, 75];

/**
 * What the bound costs; then how near the pair estimators come to it on Gaussian random fields, by
 * dose: bound / root mean square error, the states within 0.5 um and 0.1 units of best focus.
 */
export async function benchBound(): Promise<void> {
  const preset = presetNamed('merlin');
  const optics = presetCalibration(preset);
  const ideal = { preset: presetNamed('ideal'), specimen: 'noise', seed: firstSeed };
  const specimen = truthOf('gaussian', ideal).specimenUnder({ ...frame, dwellTimeNs: 200 });
  const { yields } = specimen;
  const midway = { zUm: 0, aUm: 0, bUm: 0 };
  const fft = new RealFft2(frame.width, frame.height);
  const spectrum = fft.createSpectrum();
  for (const psf of ['gaussian', 'disc'] as const) {
    const { pixelSizeNm } = frame;
    const information = pairInformation({
      ...{ optics: { ...optics, psf }, specimen, pixelSizeNm, midway, perturbationUm },
    });
    await compare(
      `information of a pair of ${frame.width} px, ${psf}`,
      { name: 'one forward FFT of that size', run: () => fft.forward(yields.data, spectrum) },
      [
        { name: 'spectrum of the specimen', run: () => ringSpectrum(yields, pixelSizeNm) },
        { name: 'bound, all else known', run: () => information(1, 'known') },
        { name: 'bound, spectrum and gain unknown', run: () => information(1, 'unknown') },
      ],
    );
  }
  for (const presetName of ['ideal', 'merlin']) {
    for (const psf of ['gaussian', 'disc'] as const) await printEfficiencies(presetName, psf);
  }
}

/** Squared errors and squared bounds, summed over places. */
type Sums = Map<string, { readonly [name in keyof FocusState]: number }>;

async function printEfficiencies(presetName: string, psf: 'gaussian' | 'disc'): Promise<void> {
  const base = presetNamed(presetName);
  // Doses below the shortest dwell time of the instrument are of interest as well.
  const range: [number, number] = [1, base.scan.dwellTimeRangeNs[1]];
  const preset = { ...base, scan: { ...base.scan, dwellTimeRangeNs: range } };
  const calibration = { ...presetCalibration(base), psf };
  const matrix = calibration.stigmatorMatrixUmPerUnit;
  const estimators = baselines.flatMap(({ name, createEstimator }) =>
    createEstimator === undefined
      ? []
      : [{ name, estimator: createEstimator(calibration, { perturbationUm }) }],
  );
  const sums: Sums = new Map();
  const add = (name: string, values: FocusChange) => {
    const before = sums.get(name);
    const squared = (parameter: FocusParameter) =>
      (before?.[parameter] ?? 0) + values[parameter] ** 2;
    sums.set(name, {
      workingDistanceUm: squared('workingDistanceUm'),
      stigmatorX: squared('stigmatorX'),
      stigmatorY: squared('stigmatorY'),
    });
  };
  const beam = exposingBeam(base);
  for (let place = 0; place < places; place++) {
    const seed = firstSeed + place;
    const random = new RandomStream(seed, 'state');
    const deviation: FocusChange = {
      workingDistanceUm: random.uniformBetween(-0.5, 0.5),
      stigmatorX: random.uniformBetween(-0.1, 0.1),
      stigmatorY: random.uniformBetween(-0.1, 0.1),
    };
    const truth = truthOf(psf, { preset, specimen: 'noise', seed });
    const at = addFocus(truth.bestFocus(), deviation);
    for (const dose of dosesElectronsPerNm2) {
      const request = { ...frame, dwellTimeNs: dwellTimeNsForDose(dose, beam, frame.pixelSizeNm) };
      const exposed = (workingDistanceUm: number) =>
        truth.frameAt(addFocus(at, { workingDistanceUm }), request);
      const pair = {
        under: (await exposed(-perturbationUm)).pixels,
        over: (await exposed(perturbationUm)).pixels,
        ...{ pixelSizeNm: frame.pixelSizeNm, perturbationUm },
      };
      for (const { name, estimator } of estimators) {
        const { correction } = await estimator.estimate(pair);
        add(`${name} ${dose}`, subtractFocus(addFocus(at, correction), truth.bestFocus()));
      }
      const information = pairInformation({
        ...{ optics: calibration, pixelSizeNm: frame.pixelSizeNm, perturbationUm },
        specimen: truth.specimenUnder(request),
        midway: { zUm: 0, aUm: 0, bUm: 0 },
      });
      const whole = scaleInformation(information(1, 'known'), frame.width * frame.height);
      add(`bound ${dose}`, boundSd(whole, matrix));
    }
  }
  const rms = (name: string, parameter: FocusParameter) =>
    Math.sqrt((sums.get(name)?.[parameter] ?? Number.NaN) / places);
  process.stdout.write(
    `\nefficiency on noise fields, ${presetName}, ${psf}, ${frame.width} px, ${places} places\n` +
      `  ${'e/nm2'.padStart(6)}${'wd bound, um'.padStart(14)}${'wd rms, um'.padStart(12)}${'wd'.padStart(8)}${'stig x'.padStart(8)}${'stig y'.padStart(8)}\n`,
  );
  for (const { name } of estimators) {
    for (const dose of dosesElectronsPerNm2) {
      const bound = rms(`bound ${dose}`, 'workingDistanceUm').toFixed(4).padStart(14);
      const reached = rms(`${name} ${dose}`, 'workingDistanceUm').toFixed(4).padStart(12);
      const efficiencies = focusParameters
        .map((one) => rms(`bound ${dose}`, one) / rms(`${name} ${dose}`, one))
        .map((value) => value.toFixed(2).padStart(8));
      process.stdout.write(
        `  ${String(dose).padStart(6)}${bound}${reached}${efficiencies.join('')}  ${name}\n`,
      );
    }
  }
}
