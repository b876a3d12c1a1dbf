import { expect, it } from 'vitest';
import {
  beamCurrentNanoAmpForDose,
  dwellTimeNsForDose,
  frameDoseElectronsPerNm2,
  primariesPerPixel,
} from './dose.ts';

const beam = { beamCurrentNanoAmp: 1.5, passes: 1 };

it.each([
  { dwellTimeNs: 50, electrons: 468 },
  { dwellTimeNs: 100, electrons: 936 },
  { dwellTimeNs: 200, electrons: 1872 },
  { dwellTimeNs: 800, electrons: 7490 },
])('1.5 nA puts $electrons electrons on a pixel in $dwellTimeNs ns', (one) => {
  expect(Math.round(primariesPerPixel(beam, one.dwellTimeNs))).toBe(one.electrons);
});

it.each([
  { dwellTimeNs: 50, passes: 1, dose: 4.65 },
  { dwellTimeNs: 200, passes: 1, dose: 18.61 },
  { dwellTimeNs: 200, passes: 4, dose: 74.45 },
])(
  '$passes x $dwellTimeNs ns at 10.03 nm give the $dose electrons per nm2 of the tables',
  (one) => {
    const { dwellTimeNs, passes, dose } = one;
    const frame = { pixelSizeNm: 10.03, dwellTimeNs };
    expect(frameDoseElectronsPerNm2({ ...beam, passes }, frame)).toBeCloseTo(dose, 2);
  },
);

it('the dwell time and the beam current for a dose give that dose', () => {
  const averaging = { ...beam, passes: 3 };
  const dwellTimeNs = dwellTimeNsForDose(7, averaging, 10.03);
  const frame = { pixelSizeNm: 10.03, dwellTimeNs };
  expect(frameDoseElectronsPerNm2(averaging, frame)).toBeCloseTo(7, 12);
  expect(beamCurrentNanoAmpForDose(7, averaging.passes, frame)).toBeCloseTo(1.5, 12);
});
