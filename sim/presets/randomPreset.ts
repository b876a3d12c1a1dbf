import { z } from 'zod';
import { beamCurrentNanoAmpForDose, dwellTimeNsForDose } from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import { exposingBeam } from './exposingBeam.ts';
import { type Preset, polaritySchema } from './Preset.ts';

const rangeWithin = (lowest: number, highest: number) =>
  z
    .tuple([z.number().min(lowest).max(highest), z.number().min(lowest).max(highest)])
    .refine(([low, high]) => low <= high, { error: 'the lower end must come first' });

/** From where to where the properties of random instruments lie. */
export const presetRangesSchema = z.strictObject({
  convergenceMrad: rangeWithin(0.1, 50).meta({ unit: 'mrad' }),
  residualSpotNm: rangeWithin(0, 100).meta({ unit: 'nm' }),
  /** Size of the stigmator matrix; its rotation and handedness are drawn from all there are. */
  stigmatorUmPerUnit: rangeWithin(0.01, 1000).meta({ unit: 'um per stigmator unit' }),
  /** How much stronger one stigmator is than the other. */
  stigmatorAnisotropy: rangeWithin(1, 10).meta({ unit: '1' }),
  /** Departure of the two stigmators from 45 degrees to one another, either way. */
  stigmatorSkewPercent: rangeWithin(0, 50).meta({ unit: '%' }),
  /** Best stigmator setting, per axis. */
  optimumUnits: rangeWithin(-90, 90).meta({ unit: 'stigmator unit' }),
  pixelSizeNm: rangeWithin(0.5, 100).meta({ unit: 'nm' }),
  /** Effective counts per frame at yield 1; drawn evenly on a logarithmic scale, as the current. */
  countsPerPixel: rangeWithin(0.1, 1e6).meta({ unit: 'counts' }),
  currentNanoAmp: rangeWithin(0.001, 1000).meta({ unit: 'nA' }),
  /** Size of the image shift, in any direction. */
  imageShiftNmPerUm: rangeWithin(0, 200).meta({ unit: 'nm/um' }),
  stigmatorShiftNmPerUm: rangeWithin(0, 100).meta({ unit: 'nm/um' }),
  /** c of x[i] + c x[i - 1]: neighbours are correlated by c / (1 + c^2). */
  noiseColour: rangeWithin(0, 1).meta({ unit: '1' }),
  /** One of them, each with the same chance. */
  polarities: z.array(polaritySchema).min(1),
});

export type PresetRanges = z.infer<typeof presetRangesSchema>;
type RangeName = Exclude<keyof PresetRanges, 'polarities'>;

/**
 * An instrument drawn from ranges; fields that they do not name are those of `base`.
 *
 * The counts are met exactly: the dwell time is the one of the instrument's doubling series that
 * comes nearest to the drawn current, and the current is then set to fit.
 *
 * @param seed - Non-negative whole number; the same seed is the same instrument.
 */
export function randomPreset(base: Preset, ranges: PresetRanges, seed: number): Preset {
  const drawn = (name: RangeName, index = 0) =>
    new RandomStream(seed, 'preset', name, index).uniformBetween(...ranges[name]);
  const drawnLog = (name: RangeName) => {
    const [low, high] = ranges[name];
    return low * (high / low) ** new RandomStream(seed, 'preset', name, 0).uniform();
  };
  const pixelSizeNm = drawn('pixelSizeNm');
  const primariesPerCount = (1 + base.imperfections.excessNoise.level) / base.detector.efficiency;
  const dose = (drawnLog('countsPerPixel') * primariesPerCount) / pixelSizeNm ** 2;
  const { passes } = exposingBeam(base);
  const [shortest, longest] = base.scan.dwellTimeRangeNs;
  const wantedNs = dwellTimeNsForDose(
    dose,
    { beamCurrentNanoAmp: drawnLog('currentNanoAmp'), passes },
    pixelSizeNm,
  );
  const doublings = Math.max(0, Math.round(Math.log2(wantedNs / shortest)));
  const dwellTimeNs = Math.min(longest, shortest * 2 ** doublings);
  const direction = new RandomStream(seed, 'preset', 'imageShift').uniformBetween(0, 2 * Math.PI);
  const shift = drawn('imageShiftNmPerUm');
  const { imageShiftX, imageShiftY, stigmatorShift, noiseColour } = base.imperfections;
  const polarity = new RandomStream(seed, 'preset', 'polarities').integerBelow(
    ranges.polarities.length,
  );
  return {
    ...base,
    beam: {
      ...base.beam,
      convergenceMrad: drawn('convergenceMrad'),
      residualSpotNm: drawn('residualSpotNm'),
      currentNanoAmp: beamCurrentNanoAmpForDose(dose, passes, { pixelSizeNm, dwellTimeNs }),
    },
    stigmator: {
      ...base.stigmator,
      matrixUmPerUnit: randomMatrix(seed, drawn),
      optimum: { x: drawn('optimumUnits'), y: drawn('optimumUnits', 1) },
    },
    scan: { ...base.scan, pixelSizeNm, dwellTimeNs },
    detector: { ...base.detector, polarity: ranges.polarities[polarity]! },
    imperfections: {
      ...base.imperfections,
      imageShiftX: { ...imageShiftX, level: shift * Math.cos(direction), ...drawnStatus },
      imageShiftY: { ...imageShiftY, level: shift * Math.sin(direction), ...drawnStatus },
      stigmatorShift: { ...stigmatorShift, level: drawn('stigmatorShiftNmPerUm'), ...drawnStatus },
      noiseColour: { ...noiseColour, level: drawn('noiseColour'), ...drawnStatus },
    },
  };
}

const drawnStatus = { status: 'assumed', source: 'drawn from a range' } as const;

/** K = kappa R(2 phi) F diag(1, e) with a skew: any rotation, either handedness. */
function randomMatrix(
  seed: number,
  drawn: (name: RangeName) => number,
): Preset['stigmator']['matrixUmPerUnit'] {
  const shape = new RandomStream(seed, 'preset', 'stigmator');
  const turn = shape.uniformBetween(0, 2 * Math.PI);
  const handedness = shape.uniform() < 0.5 ? -1 : 1;
  const side = shape.uniform() < 0.5 ? -1 : 1;
  const kappa = drawn('stigmatorUmPerUnit');
  const second = kappa / drawn('stigmatorAnisotropy');
  const skew = (side * drawn('stigmatorSkewPercent')) / 100;
  const across = turn + handedness * (Math.PI / 2 + skew);
  return [
    [kappa * Math.cos(turn), second * Math.cos(across)],
    [kappa * Math.sin(turn), second * Math.sin(across)],
  ];
}
