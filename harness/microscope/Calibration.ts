import { z } from 'zod';

const finite = z.number();
const sd = z.number().min(0);

/**
 * A calibration file: what an algorithm may know of the instrument, and how it was measured. Signs
 * and axes as everywhere: image x to the right, y down.
 */
export const calibrationSchema = z.strictObject({
  convergenceMrad: z.number().positive().max(50).meta({ unit: 'mrad' }),
  /** K: (a, b) in um of focal shift = K (stigmatorX, stigmatorY). */
  stigmatorMatrixUmPerUnit: z
    .tuple([z.tuple([finite, finite]), z.tuple([finite, finite])])
    .refine(([[p, q], [r, s]]) => Math.abs(p * s - q * r) > 1e-6, {
      error: 'the stigmator matrix is singular: its two rows must be independent',
    })
    .meta({ unit: 'um per stigmator unit' }),
  /** How far the image content moves per um of working distance. */
  imageShiftNmPerUm: z.strictObject({ x: finite, y: finite }).meta({ unit: 'nm/um' }),
  /** Standard deviation of the in-focus spot. */
  residualSpotNm: z.number().min(0).max(100).meta({ unit: 'nm' }),
  /** Shape of the transfer function that fits the instrument. */
  psf: z.enum(['gaussian', 'disc']),
  /** How the numbers were measured; absent where they are nominal. The spot never is measured. */
  measured: z
    .strictObject({
      /** What the instrument calls itself. */
      microscope: z.string(),
      /** One standard deviation of each number, from the scatter over repeated moves. */
      sd: z.strictObject({
        convergenceMrad: sd.meta({ unit: 'mrad' }),
        stigmatorMatrixUmPerUnit: z
          .tuple([z.tuple([sd, sd]), z.tuple([sd, sd])])
          .meta({ unit: 'um per stigmator unit' }),
        imageShiftNmPerUm: z.strictObject({ x: sd, y: sd }).meta({ unit: 'nm/um' }),
      }),
      pixelSizeNm: z.number().positive().meta({ unit: 'nm' }),
      dwellTimeNs: z.number().positive().meta({ unit: 'ns' }),
      frames: z.number().int().positive(),
      /** Of the place that received most. */
      doseElectronsPerNm2: z.number().min(0).meta({ unit: 'electrons/nm^2' }),
      /** Frames and settling. */
      microscopeS: z.number().min(0).meta({ unit: 's' }),
    })
    .optional(),
});

export type MeasuredCalibration = z.infer<typeof calibrationSchema>;

/**
 * What an algorithm may know of the instrument: measured once by small known moves, never read
 * from a simulator's secrets.
 */
export type Calibration = Omit<MeasuredCalibration, 'measured'>;

/** The numbers of a calibration without how they were measured: all that an algorithm is told. */
export function calibrationValues({
  convergenceMrad,
  stigmatorMatrixUmPerUnit,
  imageShiftNmPerUm,
  residualSpotNm,
  psf,
}: Calibration): Calibration {
  return { convergenceMrad, stigmatorMatrixUmPerUnit, imageShiftNmPerUm, residualSpotNm, psf };
}
