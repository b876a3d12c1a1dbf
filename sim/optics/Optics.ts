/** How the probe is shaped, apart from what the focus state does to it. Vectors in image axes. */
export interface Optics {
  /**
   * `disc`: a uniformly filled aperture in geometric optics, 2 J1(x)/x with x = NA |M k|.
   * `gaussian`: the Gaussian of the same second moments, exp(-NA^2 |M k|^2 / 8).
   * `wave`: diffraction at that aperture, with the aberrations of a real lens.
   */
  readonly psf: 'gaussian' | 'disc' | 'wave';
  /** Beam convergence half-angle. */
  readonly convergenceMrad: number;
  /**
   * Standard deviation of the in-focus spot (diffraction, source, lens errors together).
   * `gaussian` and `disc` only: `wave` has these causes one by one.
   */
  readonly residualSpotNm: number;
  /** Used by `wave` only. */
  readonly wave: WaveOptics;
  readonly rays: RayAberrations;
}

/** The causes of the in-focus spot, one by one. */
interface WaveOptics {
  readonly voltageKv: number;
  /** Coefficient of spherical aberration, Cs: a ray at the rim misses by Cs NA^3. */
  readonly sphericalMm: number;
  /** Coefficient of chromatic aberration, Cc: an energy error dE shifts the focus by Cc dE/E. */
  readonly chromaticMm: number;
  /** Full width at half maximum of the energy distribution, a Gaussian. */
  readonly energySpreadEv: number;
  /** Full width at half maximum of the demagnified image of the source, a Gaussian. */
  readonly sourceImageNm: number;
}

/**
 * Where a ray through the aperture at rho = x + iy (unit disc, y down) lands, in complex notation:
 * d = NA M rho + 2 c |rho|^2 + conj(c) rho^2 + t conj(rho)^2 + s |rho|^2 rho.
 *
 * All zero: the closed forms. `gaussian` can carry the defocus spread alone. `wave` takes coma,
 * three-fold astigmatism and pupil weight from here, but has spherical aberration and defocus
 * spread from {@link WaveOptics}: these two are not counted twice.
 */
export interface RayAberrations {
  /** c; the comet is 3 |c| long, towards c. */
  readonly comaNm: { readonly x: number; readonly y: number };
  /** t. */
  readonly threeFoldNm: { readonly x: number; readonly y: number };
  /** s, the displacement at the rim. */
  readonly sphericalNm: number;
  /** e of the density of rays 1 + e (2 |rho|^2 - 1), in (-1, 1); below 0: denser in the centre. */
  readonly pupilWeight: number;
  /** Full width at half maximum of a Gaussian distribution of foci. */
  readonly defocusSpreadUm: number;
}
