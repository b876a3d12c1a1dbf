import { expect, it } from 'vitest';
import { primariesPerPixel } from './primariesPerPixel.ts';

it.each([
  { dwellTimeNs: 50, electrons: 468 },
  { dwellTimeNs: 100, electrons: 936 },
  { dwellTimeNs: 200, electrons: 1872 },
  { dwellTimeNs: 800, electrons: 7490 },
])('1.5 nA puts $electrons electrons on a pixel in $dwellTimeNs ns', (one) => {
  expect(Math.round(primariesPerPixel(1.5, one.dwellTimeNs))).toBe(one.electrons);
});

it('gives the doses of the tables at 10.03 nm: 4.65 and 18.6 electrons per nm^2', () => {
  expect(primariesPerPixel(1.5, 50) / 10.03 ** 2).toBeCloseTo(4.65, 2);
  expect(primariesPerPixel(1.5, 200) / 10.03 ** 2).toBeCloseTo(18.6, 1);
});
