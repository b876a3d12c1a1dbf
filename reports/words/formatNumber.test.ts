import { describe, expect, it } from 'vitest';
import { formatMeanSd, formatNumber } from './formatNumber.ts';

describe('formatNumber', () => {
  it.each([
    [18.604, '18.6'],
    [223.2, '223'],
    [0.03412, '0.0341'],
    [4, '4'],
    [-0.5, '-0.5'],
    [12345.6, '12346'],
    [0, '0'],
    [null, '–'],
  ])('prints %f as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('formatMeanSd', () => {
  it.each([
    [10.06, 1.46, '10.1±1.5'],
    [0.341, 0.302, '0.34±0.30'],
    [123.4, 56.7, '123±57'],
    [0.34, null, '0.34'],
  ])('prints %f and %f as %s', (mean, sd, text) => {
    expect(formatMeanSd(mean, sd)).toBe(text);
  });

  it('can show more of small numbers', () => {
    expect(formatMeanSd(0.0123, 0.0046, 3)).toBe('0.012±0.005');
  });
});
