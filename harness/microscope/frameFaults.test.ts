import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { greyPixels, RandomStream } from '../numeric/index.ts';
import type { GreyPixels } from './Frame.ts';
import { deadLines, frameFault } from './frameFaults.ts';

const [width, height] = [80, 60];

function frameOf(
  grey: (x: number, y: number, noise: number) => number,
  Values: {
    from(size: object, of: (_: unknown, at: number) => number): Uint8Array | Uint16Array;
  } = Uint8Array,
): GreyPixels {
  const random = new RandomStream(1, 'frame');
  const values = Values.from({ length: width * height }, (_, at) =>
    grey(at % width, Math.floor(at / width), 20 * random.normal()),
  );
  return greyPixels(values, width, height);
}
const noisy = (_x: number, _y: number, noise: number) => 128 + noise;

describe('frameFault', () => {
  it('finds none in noise, bright, dark or of few grey values', () => {
    for (const grey of [
      noisy,
      (_x: number, _y: number, noise: number) => Math.min(255, Math.max(0, 250 + noise)),
      (_x: number, _y: number, noise: number) => Math.max(0, noise),
      (_x: number, _y: number, noise: number) => (noise > 20 ? 1 : 0),
    ]) {
      expect(frameFault(frameOf(grey))).toBeUndefined();
    }
  });

  it.each([
    ['black', () => 0, Uint8Array, 'it is black: 100 % of its pixels have the value 0'],
    ['white', () => 255, Uint8Array, 'it is saturated: 100 % of its pixels have the value 255'],
    ['flat', () => 90, Uint8Array, 'it is of one grey: 100 % of its pixels have the value 90'],
    ['deep', () => 65535, Uint16Array, 'it is saturated: 100 % of its pixels have the value 65535'],
    [
      'black but for specks',
      (x: number, y: number) => (x === 7 && y % 3 === 0 ? 200 : 0),
      Uint8Array,
      'it is black: 99.58 % of its pixels have the value 0',
    ],
    [
      'cut off below',
      (x: number, y: number, noise: number) => (y < 50 ? noisy(x, y, noise) : 0),
      Uint8Array,
      'its rows 50 to 59 of 60 are constant or repeat one another',
    ],
    [
      'rows of different constants',
      (x: number, y: number, noise: number) => (y > 20 ? noisy(x, y, noise) : 5 * y),
      Uint8Array,
      'its rows 0 to 20 of 60 are constant or repeat one another',
    ],
    [
      'constant columns',
      (x: number, y: number, noise: number) => (x > 9 && x < 15 ? 3 : noisy(x, y, noise)),
      Uint8Array,
      'its columns 10 to 14 of 80 are constant or repeat one another',
    ],
    [
      'crossed by a body so dark that it is clipped to black',
      (x: number, y: number, noise: number) => (y > 9 && y < 15 ? 0 : noisy(x, y, noise)),
      Uint8Array,
      undefined,
    ],
    [
      'black in a tenth of it',
      (x: number, y: number, noise: number) => (y > 9 && y < 16 ? 0 : noisy(x, y, noise)),
      Uint8Array,
      'its rows 10 to 15 of 60 are constant or repeat one another',
    ],
    [
      'too few constant rows',
      (x: number, y: number, noise: number) => (y > 9 && y < 13 ? 3 : noisy(x, y, noise)),
      Uint8Array,
      undefined,
    ],
  ] as const)('of a frame that is %s', (_, grey, Values, fault) => {
    expect(frameFault(frameOf(grey, Values))).toBe(fault);
  });

  it('looks at the pixels of a view, not at what lies around it', () => {
    const whole = frameOf((x, y, noise) => (y < 20 ? noisy(x, y, noise) : 0));
    const view = whole.hi(20, 40).lo(2, 3) as GreyPixels;
    expect(frameFault(whole)).toMatch(/rows 20 to 59/);
    expect(frameFault(view)).toBeUndefined();
    const turned = ndarray(whole.data, [width, height], [1, width]) as GreyPixels;
    expect(deadLines(turned)).toEqual({ along: 'columns', first: 20, count: 40 });
  });

  it('finds repeated lines', () => {
    const source = frameOf(noisy);
    const stuck = frameOf((x, y) => source.get(Math.min(y, 39), x));
    expect(deadLines(stuck)).toEqual({ along: 'rows', first: 40, count: 20 });
  });
});
