import { describe, expect, it } from 'vitest';
import { plainOptics, withRays } from '../testing/plainOptics.ts';
import { assertOptics } from './assertOptics.ts';

describe('assertOptics', () => {
  it('lets every shape of probe pass, with what it can carry', () => {
    for (const psf of ['gaussian', 'disc', 'wave'] as const) {
      expect(() => assertOptics(withRays(psf, { defocusSpreadUm: 0.4 }))).not.toThrow();
    }
    const rays = { comaNm: { x: 1, y: 0 }, threeFoldNm: { x: 0, y: 1 }, pupilWeight: -0.4 };
    expect(() => assertOptics(withRays('disc', rays))).not.toThrow();
    expect(() => assertOptics(withRays('wave', rays))).not.toThrow();
  });

  it.each([
    { comaNm: { x: 0, y: 5 } },
    { threeFoldNm: { x: -5, y: 0 } },
    { sphericalNm: 1 },
    { pupilWeight: -0.2 },
  ])('refuses a Gaussian probe with %j', (rays) => {
    expect(() => assertOptics(withRays('gaussian', rays))).toThrow(
      /has no pupil, so it cannot have/,
    );
  });

  it('says what to do', () => {
    const rays = { comaNm: { x: 3, y: 4 }, pupilWeight: -0.2 };
    expect(() => assertOptics(withRays('gaussian', rays))).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: a Gaussian probe has no pupil, so it cannot have coma 5, pupilWeight -0.2]`,
    );
    expect(() => assertOptics(withRays('disc', { pupilWeight: 1 }))).toThrow(/in \(-1, 1\)/);
    const wave = { ...plainOptics.wave, voltageKv: 0 };
    expect(() => assertOptics({ ...plainOptics, psf: 'wave', wave })).toThrow(/voltageKv > 0/);
  });
});
