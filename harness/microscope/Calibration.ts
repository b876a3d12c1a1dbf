import { z } from 'zod';

const finite = z.number();

/**
 * What an algorithm may know of the instrument: measured once by small known moves, never read
 * from a simulator's secrets. Signs and axes as everywhere: image x to the right, y down.
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
});

export type Calibration = z.infer<typeof calibrationSchema>;
