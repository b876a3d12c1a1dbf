import { describe, expect, it } from 'vitest';
import { PupilChoice, pupilsOf } from './PupilChoice.ts';

const fitOf = (psf: 'gaussian' | 'disc', zUm: number, excess: number, natsOfPatch = 0) => ({
  ...{ psf, natsOfPatch },
  aberration: { zUm, aUm: zUm / 2, bUm: 0 },
  excess,
});

describe('the shape of the pupil', () => {
  it('is that of the fit that the data scatter less about, and known for sure where the other is hopeless', () => {
    const chosen = new PupilChoice().choose([fitOf('gaussian', 14, 1e3), fitOf('disc', 10, 1)]);
    expect(chosen.likeliest.psf).toBe('disc');
    expect(chosen.probability).toBe(1);
    for (const value of chosen.spreadUm2.flat()) expect(value).toBeCloseTo(0, 12);
  });

  it('widens the uncertainty by the distance to what is as likely', () => {
    const { likeliest, probability, spreadUm2 } = new PupilChoice().choose([
      fitOf('gaussian', 14, 2),
      fitOf('disc', 10, 2),
    ]);
    expect(likeliest.psf).toBe('gaussian');
    expect(probability).toBeCloseTo(0.5, 12);
    expect(spreadUm2[0]).toEqual([8, 4, 0]);
    expect(spreadUm2[1]).toEqual([4, 2, 0]);
  });

  it('is that of the likelier fit where the data scatter alike', () => {
    const { likeliest, probability } = new PupilChoice().choose([
      fitOf('gaussian', 1, 2, 300),
      fitOf('disc', 1, 2, 200),
    ]);
    expect(likeliest.psf).toBe('gaussian');
    expect(probability).toBeGreaterThan(0.9);
  });

  it('trusts a difference of the likelihoods the less, the more the data scatter', () => {
    const probabilityAt = (excess: number) =>
      new PupilChoice().choose([fitOf('gaussian', 1, excess, 0), fitOf('disc', 1, excess, 50)])
        .probability;
    expect(probabilityAt(1)).toBeGreaterThan(probabilityAt(4));
    expect(probabilityAt(4)).toBeGreaterThan(0.5);
  });

  it('counts the ratio of the scatters, not their size', () => {
    const probabilityAt = (size: number) =>
      new PupilChoice().choose([fitOf('gaussian', 1, 1.1 * size), fitOf('disc', 1, size)])
        .probability;
    expect(probabilityAt(1)).toBeCloseTo(probabilityAt(4), 12);
    expect(probabilityAt(4)).toBeGreaterThan(0.8);
  });

  it('stays that of the earlier pairs where a later one hardly tells', () => {
    const choice = new PupilChoice();
    choice.choose([fitOf('gaussian', 14, 4), fitOf('disc', 10, 2)]);
    const { likeliest } = choice.choose([fitOf('gaussian', 0.7, 1.1), fitOf('disc', 0.5, 1.2)]);
    expect(likeliest.psf).toBe('disc');
    expect(likeliest.aberration.zUm).toBe(0.5);
  });

  it('changes after a few clear pairs of another aperture, however many came before', () => {
    const choice = new PupilChoice();
    for (let i = 0; i < 100; i++) choice.choose([fitOf('gaussian', 10, 1), fitOf('disc', 7, 8)]);
    const later = [1, 2, 3, 4].map(
      () => choice.choose([fitOf('gaussian', 14, 4), fitOf('disc', 10, 1)]).likeliest.psf,
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
