import {
  type Aberration,
  aberrationOfDeviation,
  type FocusChange,
} from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import {
  FrameBlurrer,
  physicsVersion,
  presetCalibration,
  presetNamed,
  type Specimen,
  type SpecimenRegion,
} from '../../sim/index.ts';

interface OpticsCase {
  readonly psf: 'gaussian' | 'disc';
  readonly aberration: Aberration;
  readonly residualSpotNm: number;
  readonly shiftNm: { readonly x: number; readonly y: number };
}

const width = 80;
const height = 64;
const pixelSizeNm = 10;
const instrument = 'merlin';
/** Every letter with both signs, both probes, shifts along both axes, three spots. */
const cases: readonly OpticsCase[] = [
  opticsCase('gaussian', [0, 0, 0], 2, [0, 0]),
  opticsCase('gaussian', [6, 0, 0], 3.5, [0, 0]),
  opticsCase('gaussian', [5, 2, -3], 3.5, [12.3, -7.1]),
  opticsCase('gaussian', [-7, 1, 4], 8, [-41, 150]),
  opticsCase('disc', [6, 0, 0], 3.5, [0, 0]),
  opticsCase('disc', [5, 2, -3], 3.5, [12.3, -7.1]),
  opticsCase('disc', [-12, -4, 2.5], 8, [0, 75]),
  opticsCase('disc', [0.2, 0.1, 3], 2, [-18.2, 0]),
];
const deviations: readonly FocusChange[] = [
  { workingDistanceUm: 3, stigmatorX: 0, stigmatorY: 0 },
  { workingDistanceUm: -2, stigmatorX: 1.5, stigmatorY: 0 },
  { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: -2.5 },
  { workingDistanceUm: 12, stigmatorX: -3, stigmatorY: 4 },
];

/** What the simulator makes of known states: what the optics of the training have to give as well. */
export interface OpticsFixture {
  /** Everything but pictures, for a JSON file. */
  readonly description: object;
  /** The specimen, then one picture per case without noise: relative yields, row-major. */
  readonly pictures: Float32Array;
  /** Pictures, height, width. */
  readonly shape: readonly [number, number, number];
}

/**
 * A periodic specimen under known probes, and the numbers of the instrument that the training has
 * copied.
 */
export function opticsFixture(): OpticsFixture {
  const { beam, detector } = presetNamed(instrument);
  const { convergenceMrad, stigmatorMatrixUmPerUnit } = presetCalibration(presetNamed(instrument));
  const frame = { leftNm: 0, topNm: 0, width, height, pixelSizeNm };
  const specimen = periodicSpecimen();
  const pictures = cases.map(({ psf, aberration, residualSpotNm, shiftNm }) => {
    const wave = { ...noWave, voltageKv: beam.voltageKv };
    const optics = { psf, convergenceMrad, residualSpotNm, wave, rays: noRays };
    return new FrameBlurrer(specimen, optics).render(frame, aberration, shiftNm);
  });
  const all = [specimen.rasterise(frame), ...pictures];
  return {
    description: {
      physicsVersion,
      pixelSizeNm,
      instrument: {
        convergenceMrad,
        stigmatorMatrixUmPerUnit,
        efficiency: detector.efficiency,
        pedestalGrey: detector.pedestalGrey,
        meanGrey: detector.meanGrey,
      },
      deviations: deviations.map((deviation) => ({
        deviation,
        aberration: aberrationOfDeviation(deviation, stigmatorMatrixUmPerUnit),
      })),
      cases,
    },
    pictures: Float32Array.from(all.flatMap((picture) => [...picture])),
    shape: [all.length, height, width],
  };
}

function opticsCase(
  psf: OpticsCase['psf'],
  [zUm, aUm, bUm]: readonly [number, number, number],
  residualSpotNm: number,
  [x, y]: readonly [number, number],
): OpticsCase {
  return { psf, aberration: { zUm, aUm, bUm }, residualSpotNm, shiftNm: { x, y } };
}

/** Used by the probe `wave` alone. */
const noWave = { sphericalMm: 0, chromaticMm: 0, energySpreadEv: 0, sourceImageNm: 0 };
const noRays = {
  comaNm: { x: 0, y: 0 },
  threeFoldNm: { x: 0, y: 0 },
  sphericalNm: 0,
  pupilWeight: 0,
  defocusSpreadUm: 0,
};

/**
 * Waves that fit into the frame, so that a transform of the frame alone is exact, and none beyond
 * 0.8 of the Nyquist frequency, where a shift is the simulator's own choice.
 */
function periodicSpecimen(): Specimen {
  const random = new RandomStream(1, 'optics fixture');
  const yields = new Float64Array(width * height).fill(1);
  for (let nx = 0; nx <= 0.4 * width; nx++) {
    for (let ny = -Math.floor(0.4 * height); ny <= 0.4 * height; ny++) {
      if (nx === 0 && ny <= 0) continue;
      const amplitude = (0.08 * random.normal()) / Math.hypot(nx, ny);
      const phase = random.uniformBetween(0, 2 * Math.PI);
      for (let i = 0; i < yields.length; i++) {
        const turns = (nx * (i % width)) / width + (ny * Math.floor(i / width)) / height;
        yields[i]! += amplitude * Math.cos(2 * Math.PI * turns + phase);
      }
    }
  }
  const rasterise = ({ leftNm, topNm, width: columns, height: rows }: SpecimenRegion) => {
    const left = Math.round(leftNm / pixelSizeNm);
    const top = Math.round(topNm / pixelSizeNm);
    return Float32Array.from({ length: columns * rows }, (_, i) => {
      const x = wrapped(left + (i % columns), width);
      const y = wrapped(top + Math.floor(i / columns), height);
      return yields[y * width + x]!;
    });
  };
  const emission = () => {
    throw new TypeError('this specimen is looked at in whole pixels');
  };
  return { name: 'periodic', polarity: 'normal', emission, rasterise };
}

function wrapped(index: number, length: number): number {
  return ((index % length) + length) % length;
}
