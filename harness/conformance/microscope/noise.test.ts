import { describe, expect, it } from 'vitest';
import { greyPixels, RandomStream } from '../../numeric/index.ts';
import { noiseSd, polarityOf } from './noise.ts';

const [width, height] = [256, 192];

/** Slow waves of brightness with shot noise of so many counts per grey value. */
function frameOf(countsPerGrey: number, { isInverted = false, noise = 1 } = {}) {
  const random = new RandomStream(7, 'noise');
  const grey = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const signal = 120 + 60 * Math.sin(x / 40) * Math.cos(y / 50);
    const value = signal + noise * random.normal() * Math.sqrt(signal / countsPerGrey);
    return isInverted ? 255 - value : value;
  });
  return greyPixels(grey, width, height);
}

describe('polarityOf', () => {
  it.each([false, true])('tells whether bright is many electrons: inverted %s', (isInverted) => {
    expect(polarityOf(frameOf(1, { isInverted }))).toMatchObject({ isInverted });
  });

  it('does not tell from noise that is the same everywhere, nor from a clipped frame', () => {
    const random = new RandomStream(7, 'noise');
    const even = Uint8Array.from({ length: width * height }, () => 120 + 8 * random.normal());
    expect(polarityOf(greyPixels(even, width, height))).toHaveProperty('unknown');
    const clipped = new Uint8Array(width * height).fill(255);
    expect(polarityOf(greyPixels(clipped, width, height))).toEqual({
      unknown: '0 blocks of the frame are free of clipped pixels',
    });
  });
});

describe('noiseSd', () => {
  it('falls with the square root of the counts', () => {
    const [few, many] = [noiseSd(frameOf(1)), noiseSd(frameOf(4))];
    expect(few).toBeCloseTo(Math.sqrt(120), 0);
    expect(few / many).toBeCloseTo(2, 1);
  });
});
