import type { Optics, RayAberrations } from '../optics/Optics.ts';

/** Of a low-voltage field-emission column at 1.5 kV, with a perfect pupil: closed forms. */
export const plainOptics: Omit<Optics, 'psf'> = {
  convergenceMrad: 8.74,
  residualSpotNm: 3.5,
  wave: {
    voltageKv: 1.5,
    sphericalMm: 1.5,
    chromaticMm: 1,
    energySpreadEv: 0.6,
    sourceImageNm: 7.3,
  },
  rays: {
    comaNm: { x: 0, y: 0 },
    threeFoldNm: { x: 0, y: 0 },
    sphericalNm: 0,
    pupilWeight: 0,
    defocusSpreadUm: 0,
  },
};

export function withRays(psf: Optics['psf'], rays: Partial<RayAberrations>): Optics {
  return { ...plainOptics, psf, rays: { ...plainOptics.rays, ...rays } };
}
