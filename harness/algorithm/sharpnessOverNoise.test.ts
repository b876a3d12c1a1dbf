import { expect, it } from 'vitest';
import { greyPixels, RandomStream } from '../numeric/index.ts';
import { isClearlyBlurrier } from './isClearlyBlurrier.ts';
import { sharpnessOverNoise } from './sharpnessOverNoise.ts';
import { sharpnessTiles } from './sharpnessTiles.ts';

const side = 256;

/** Waves of 16 px across, with noise of their own, behind a detector of that gain. */
function frame(gain: number, seed: number, amplitude = 30) {
  const random = new RandomStream(seed, 'noise');
  const grey = Uint8Array.from(
    { length: side * side },
    (_, i) =>
      gain * (120 + amplitude * Math.sin(((i % side) * Math.PI) / 8) + 12 * random.normal()),
  );
  return greyPixels(grey, side, side);
}

it('takes a darker frame for no blurrier one, and a blurrier one for what it is', () => {
  const before = frame(1, 1);
  const darker = frame(0.7, 2);
  const blurrier = frame(1, 3, 15);
  const isWorse = (tiles: typeof sharpnessTiles, now: typeof before) =>
    isClearlyBlurrier(tiles(now), tiles(before));
  expect(isWorse(sharpnessTiles, darker)).toBe(true);
  expect(isWorse(sharpnessOverNoise, darker)).toBe(false);
  expect(isWorse(sharpnessOverNoise, blurrier)).toBe(true);
});
