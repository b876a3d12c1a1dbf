import { z } from 'zod';

/** Unit, sensible levels and effect of an imperfection. */
interface Kind {
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly summary: string;
}

/**
 * Everything that real frames have and ideal ones lack. A level of 0 switches one off, and each
 * draws from a random stream named after it, so that any of them can be ablated alone.
 */
export const imperfectionKinds = {
  coma: { unit: 'nm', min: 0, max: 200, summary: 'size |c| of the coma, direction drawn' },
  threeFold: { unit: 'nm', min: 0, max: 200, summary: 'three-fold astigmatism, direction drawn' },
  spherical: { unit: 'nm', min: 0, max: 200, summary: 'ray displacement at the pupil rim' },
  pupilWeight: { unit: '1', min: -0.9, max: 0.9, summary: 'e of 1 + e (2 rho^2 - 1); < 0: centre' },
  defocusSpread: { unit: 'um', min: 0, max: 10, summary: 'FWHM of the chromatic defocus' },
  workingDistanceScale: { unit: '%', min: -50, max: 50, summary: 'error of the focus scale' },
  astigmatismWithFocus: { unit: 'um/um', min: 0, max: 0.5, summary: 'astigmatism per defocus' },
  heightTilt: { unit: 'mrad', min: 0, max: 500, summary: 'tilt of the specimen, direction drawn' },
  heightWaviness: { unit: 'um', min: 0, max: 20, summary: 'rms height of slow waves' },
  focusDrift: { unit: 'um/h', min: 0, max: 100, summary: 'slow change of best focus, sign drawn' },
  hysteresis: {
    unit: 'um',
    min: 0,
    max: 10,
    summary: 'half the play; residuals judge the setting',
  },
  settling: { unit: 's', min: 0, max: 10, summary: 'time constant of the lens after a set' },
  // A beam that passes the lens off its axis: the aperture is misaligned, or the beam tilted.
  imageShiftX: { unit: 'nm/um', min: -200, max: 200, summary: 'image shift per defocus, along x' },
  imageShiftY: { unit: 'nm/um', min: -200, max: 200, summary: 'image shift per defocus, along y' },
  stigmatorShift: {
    unit: 'nm/um',
    min: 0,
    max: 100,
    summary: 'image shift per astigmatism, direction drawn',
  },
  positionError: { unit: 'nm', min: 0, max: 1000, summary: 'SD per axis and frame' },
  magnificationWithFocus: { unit: '1', min: -2, max: 2, summary: 'dM/M in units of dWD/WD' },
  magnificationError: { unit: '1e-3', min: 0, max: 50, summary: 'SD per frame' },
  affineError: { unit: '1e-3', min: 0, max: 50, summary: 'SD of rotation, shear, anisotropy' },
  smoothDistortion: { unit: 'px', min: 0, max: 10, summary: 'rms per axis, 1 um scale, per frame' },
  drift: { unit: 'nm/min', min: 0, max: 1e4, summary: 'steady drift, direction drawn' },
  driftWalk: { unit: 'nm/min^0.5', min: 0, max: 1e4, summary: 'random walk per axis' },
  driftInFrame: { unit: 'nm', min: 0, max: 1000, summary: 'linear over one frame, drawn anew' },
  vibration: { unit: 'nm', min: 0, max: 100, summary: 'amplitude of mechanical lines, 3-60 Hz' },
  mainsField: { unit: 'nm', min: 0, max: 100, summary: 'amplitude of a 50 Hz stray field' },
  rowJitterX: { unit: 'px', min: 0, max: 20, summary: 'SD along x, row by row' },
  rowJitterY: { unit: 'px', min: 0, max: 20, summary: 'SD along y, row by row' },
  flyback: { unit: '1', min: 0, max: 0.3, summary: 'share of the line that is stretched' },
  edgeBrightening: { unit: '1', min: 0, max: 2, summary: 'extra yield at steep edges' },
  charging: { unit: '%', min: 0, max: 50, summary: 'change of grey over a frame, dark halos' },
  contamination: { unit: '%', min: 0, max: 100, summary: 'contrast lost per 100 electrons/nm^2' },
  excessNoise: { unit: '1', min: 0, max: 5, summary: 'variance of the counts beyond Poisson' },
  noiseColour: { unit: '1', min: 0, max: 1, summary: 'share of the pixel before in the noise' },
  electronicsNoise: { unit: 'grey', min: 0, max: 50, summary: 'SD per pixel' },
  rowOffset: { unit: 'grey', min: 0, max: 50, summary: 'SD from row to row' },
  brightnessStep: { unit: '%', min: 0, max: 50, summary: 'SD per frame, of pedestal - mean' },
  contrastStep: { unit: '%', min: 0, max: 20, summary: 'SD per frame of the gain' },
  slowWave: { unit: 'grey', min: 0, max: 50, summary: 'half-normal scale of SD along the scan' },
  firstExposure: { unit: '%', min: 0, max: 50, summary: 'first frame of a place is darker' },
  shading: { unit: '%', min: 0, max: 50, summary: 'rms of the static shading' },
} as const satisfies Record<string, Kind>;

export type ImperfectionName = keyof typeof imperfectionKinds;

export const imperfectionNames = Object.keys(imperfectionKinds) as ImperfectionName[];

const statuses = ['measured', 'bound', 'literature', 'assumed'] as const;

const imperfection = ({ min, max, unit }: Kind) =>
  z.strictObject({
    level: z.number().min(min).max(max).meta({ unit }),
    /** 95 % upper limit where nothing was detected. A robustness test may go beyond it. */
    bound: z.number().min(0).max(max).optional().meta({ unit }),
    /**
     * `measured`: significant against a control; `bound`: not detected; `literature`: textbook or
     * public source; `assumed`: an engineering choice.
     */
    status: z.enum(statuses),
    /** Where the level comes from, for the reader. */
    source: z.string().min(3),
  });

/** One entry for every imperfection; one that is off has the level 0. */
export const imperfectionsSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(imperfectionKinds).map(([name, kind]) => [name, imperfection(kind)]),
  ) as Record<ImperfectionName, ReturnType<typeof imperfection>>,
);

export type Imperfections = z.infer<typeof imperfectionsSchema>;

/** The levels alone, in the units of {@link imperfectionKinds}. */
export type ImperfectionLevels = Readonly<Record<ImperfectionName, number>>;

export function levelsOf(imperfections: Imperfections): ImperfectionLevels {
  return Object.fromEntries(
    imperfectionNames.map((name) => [name, imperfections[name].level]),
  ) as Record<ImperfectionName, number>;
}
