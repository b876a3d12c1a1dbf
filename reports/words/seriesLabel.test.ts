import { expect, it } from 'vitest';
import { seriesLabel } from './seriesLabel.ts';

it.each([
  [null, 'net'],
  ['modelSha256=5e51ff3e9500', 'net (model 5e51ff3e9500)'],
  ['patches=6, modelSha256=5e51ff3e9500', 'net (patches=6, model 5e51ff3e9500)'],
  // What an algorithm is told of the instrument is not what it is.
  ['calibration.convergenceMrad=9', 'net'],
])('a variant %s is called %s', (variant, label) => {
  expect(seriesLabel({ algorithm: 'net', variant })).toBe(label);
});
