import { describe, expect, it } from 'vitest';
import { PupilChoice, pupilsOf } from './PupilChoice.ts';

const fitOf = (psf: 'gaussian' | 'disc', zUm: number, nats: number, excess = 1) => ({
  psf,
  aberration: { zUm, aUm: zUm / 2, bUm: 0 },
  nats,
  excess,
});

describe('the shape of the pupil', () => {
  it('is that of the likelier fit, and known for sure where the other is hopeless', () => {
    const chosen = new PupilChoice().choose([fitOf('gaussian', 14, 0), fitOf('disc', 10, 1e4)]);
    expect(chosen.likeliest.psf).toBe('disc');
    expect(chosen.probability).toBe(1);
    expect(chosen.spreadUm2).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('widens the uncertainty by the distance to what is as likely', () => {
    const { likeliest, probability, spreadUm2 } = new PupilChoice().choose([
      fitOf('gaussian', 14, 100),
      fitOf('disc', 10, 100),
    ]);
    expect(likeliest.psf).toBe('gaussian');
    expect(probability).toBeCloseTo(0.5, 12);
    expect(spreadUm2[0]).toEqual([8, 4, 0]);
    expect(spreadUm2[1]).toEqual([4, 2, 0]);
  });

  it('trusts a difference the less, the more the data scatter', () => {
    const probabilityAt = (excess: number) =>
      new PupilChoice().choose([fitOf('gaussian', 1, 0), fitOf('disc', 1, 50, excess)]).probability;
    expect(probabilityAt(1)).toBeGreaterThan(probabilityAt(4));
    expect(probabilityAt(4)).toBeGreaterThan(0.5);
  });

  it('stays that of the earlier pairs where a later one hardly tells', () => {
    const choice = new PupilChoice();
    choice.choose([fitOf('gaussian', 14, 0), fitOf('disc', 10, 600)]);
    const { likeliest } = choice.choose([fitOf('gaussian', 0.7, 40), fitOf('disc', 0.5, 0)]);
    expect(likeliest.psf).toBe('disc');
    expect(likeliest.aberration.zUm).toBe(0.5);
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
