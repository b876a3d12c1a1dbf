import { ConfigError } from '../../harness/microscope/index.ts';
import type { Optics } from './Optics.ts';

/**
 * Refuses a probe that cannot be had.
 *
 * @throws ConfigError for a Gaussian probe with aberrations of the pupil, for a pupil weight that
 *   would make the density of rays negative, and for a wave without a voltage.
 */
export function assertOptics({ psf, rays, wave }: Optics): void {
  const { comaNm, threeFoldNm, sphericalNm, pupilWeight } = rays;
  if (psf === 'gaussian') {
    const carried = {
      coma: Math.hypot(comaNm.x, comaNm.y),
      threeFold: Math.hypot(threeFoldNm.x, threeFoldNm.y),
      spherical: sphericalNm,
      pupilWeight,
    };
    const wanted = Object.entries(carried).filter(([, level]) => level !== 0);
    if (wanted.length > 0) {
      const list = wanted
        .map(([name, level]) => `${name} ${Number(level.toPrecision(6))}`)
        .join(', ');
      throw new ConfigError(`a Gaussian probe has no pupil, so it cannot have ${list}`, {
        hint: `Choose psf disc or wave, or set ${wanted.map(([name]) => name).join(', ')} to 0.`,
      });
    }
  }
  if (!(Math.abs(pupilWeight) < 1)) {
    throw new ConfigError(`pupilWeight must be in (-1, 1). Received ${pupilWeight}`);
  }
  if (psf === 'wave' && !(wave.voltageKv > 0)) {
    throw new ConfigError(`psf wave needs voltageKv > 0. Received ${wave.voltageKv}`);
  }
}
