import { describe, expect, it } from 'vitest';
import { PupilChoice, pupilsOf } from './PupilChoice.ts';

const fitOf = (psf: 'gaussian' | 'disc', zUm: number, natsOfPatch: number) => ({
  ...{ psf, natsOfPatch },
  aberration: { zUm, aUm: zUm / 2, bUm: 0 },
});

describe('the shape of the pupil', () => {
  it('is that of the likelier fit, and known for sure where the other is hopeless', () => {
    const chosen = new PupilChoice().choose([fitOf('gaussian', 14, -900), fitOf('disc', 10, -100)]);
    expect(chosen.likeliest.psf).toBe('disc');
    expect(chosen.probability).toBe(1);
    for (const value of chosen.spreadUm2.flat()) expect(value).toBeCloseTo(0, 12);
  });

  it('widens the uncertainty by the distance to what is as likely', () => {
    const { likeliest, probability, spreadUm2 } = new PupilChoice().choose([
      fitOf('gaussian', 14, 5),
      fitOf('disc', 10, 5),
    ]);
    expect(likeliest.psf).toBe('gaussian');
    expect(probability).toBeCloseTo(0.5, 12);
    expect(spreadUm2[0]).toEqual([8, 4, 0]);
    expect(spreadUm2[1]).toEqual([4, 2, 0]);
  });

  it('is doubted where the likelihoods differ by what specimens alone may do', () => {
    const { probability } = new PupilChoice().choose([
      fitOf('gaussian', 1, 10),
      fitOf('disc', 1, 0),
    ]);
    expect(probability).toBeGreaterThan(0.6);
    expect(probability).toBeLessThan(0.9);
  });

  it('stays that of the earlier pairs where a later one hardly tells', () => {
    const choice = new PupilChoice();
    choice.choose([fitOf('gaussian', 14, 0), fitOf('disc', 10, 200)]);
    const { likeliest } = choice.choose([fitOf('gaussian', 0.7, 6), fitOf('disc', 0.5, 0)]);
    expect(likeliest.psf).toBe('disc');
    expect(likeliest.aberration.zUm).toBe(0.5);
  });

  it('changes after a few clear pairs of another aperture, however many came before', () => {
    const choice = new PupilChoice();
    for (let i = 0; i < 100; i++) choice.choose([fitOf('gaussian', 10, 900), fitOf('disc', 7, 0)]);
    const later = [1, 2, 3, 4].map(
      () => choice.choose([fitOf('gaussian', 14, 0), fitOf('disc', 10, 150)]).likeliest.psf,
    );
    expect(later[0]).toBe('gaussian');
    expect(later[3]).toBe('disc');
  });

  it('is that of the calibration where this is to be believed', () => {
    const optics = { psf: 'gaussian', convergenceMrad: 8, residualSpotNm: 3 } as const;
    expect(pupilsOf(optics, { pupil: 'calibration' })).toEqual([optics]);
    expect(pupilsOf(optics, { pupil: 'evidence' }).map(({ psf }) => psf)).toEqual([
      'gaussian',
      'disc',
    ]);
  });
});
