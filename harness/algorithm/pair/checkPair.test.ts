import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import type { GreyPixels } from '../../microscope/index.ts';
import { greyPixels } from '../../numeric/index.ts';
import { noisePair } from '../testing/noisePair.ts';
import { type SyntheticPairOptions, syntheticPair } from '../testing/syntheticPair.ts';
import { checkPair } from './checkPair.ts';
import type { FramePair } from './FramePair.ts';

const still = { x: 0, y: 0 };
const check = ({ under, over }: FramePair, expected = still) =>
  checkPair({ under, over }, expected);
const declined = (pair: FramePair, expected = still) => {
  const checked = check(pair, expected);
  return 'declined' in checked ? checked.declined : undefined;
};

/** Tissue of 8 bit, 256 x 224 px, unless said otherwise. */
function pairOf(more: Partial<SyntheticPairOptions> = {}): FramePair {
  const aberration = { zUm: -3, aUm: 1, bUm: -1 };
  const pair = syntheticPair({
    ...{ aberration, width: 256, height: 224, counts: 200, seed: 5, ...more },
  });
  return { under: eightBit(pair.under), over: eightBit(pair.over) };
}
const eightBit = (pixels: GreyPixels) => mapped(pixels, (value) => value / 257, Uint8Array);

function mapped(
  pixels: GreyPixels,
  of: (value: number, x: number, y: number) => number,
  Values: typeof Uint8Array | typeof Uint16Array = pixels.data instanceof Uint16Array
    ? Uint16Array
    : Uint8Array,
): GreyPixels {
  const [height = 0, width = 0] = pixels.shape;
  const most = Values === Uint8Array ? 255 : 65535;
  const data = new Values(width * height);
  for (let at = 0; at < data.length; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    data[at] = Math.min(most, Math.max(0, Math.round(of(pixels.get(y, x), x, y))));
  }
  return greyPixels(data, width, height);
}
const both = (pair: FramePair, of: Parameters<typeof mapped>[1]): FramePair => ({
  under: mapped(pair.under, of),
  over: mapped(pair.over, of),
});
/** Text of a data bar, as far as a program sees it. */
const text = (x: number, y: number) => (x % 7 < 3 && y % 11 < 6 ? 255 : 0);

const pair = pairOf();

describe('checkPair', () => {
  it('hands on a good pair as it is', () => {
    expect(check(pair)).toEqual({ pair, warnings: [] });
    expect(check(pair)).toHaveProperty('pair.under', pair.under);
  });

  it('finds nothing wrong with blur, noise, displacement, shading and low contrast', () => {
    for (const more of [
      { aberration: { zUm: 25, aUm: 3, bUm: 2 } },
      { aberration: { zUm: 0, aUm: 0, bUm: 0 } },
      { counts: 4 },
      { shiftPx: { x: 30, y: -45 } },
      { gain: 1.08 },
      { optics: { convergenceMrad: 8.74, psf: 'disc' } },
    ] satisfies Partial<SyntheticPairOptions>[]) {
      for (const seed of [11, 12, 13]) expect(declined(pairOf({ ...more, seed }))).toBeUndefined();
    }
    expect(declined(both(pair, (value, x) => value * (0.6 + x / 640)))).toBeUndefined();
    expect(declined(both(pair, (value) => 120 + 0.1 * (value - 120)))).toBeUndefined();
    // Of noise the estimators themselves say that it is nothing else.
    expect(declined(noisePair(256, 224))).toBeUndefined();
  });

  it.each([
    [
      'the same frame twice',
      { ...pair, over: pair.under },
      'the two frames are one exposure: 100.0 %',
    ],
    [
      'a black frame',
      { ...pair, over: mapped(pair.over, () => 0) },
      'the over frame cannot be used: it is black: 100 % of its pixels have the value 0',
    ],
    [
      'a saturated frame',
      { ...pair, under: mapped(pair.under, (_, x, y) => (x + y === 40 ? 254 : 255)) },
      /^the under frame cannot be used: it is saturated: 99\.\d\d % of its pixels have the value 255$/,
    ],
    [
      'a frame that was cut off',
      { ...pair, over: mapped(pair.over, (value, _, y) => (y < 150 ? value : 0)) },
      'the over frame cannot be used: its rows 150 to 223 of 224 are constant or repeat one another; crop both frames to what is left, e.g. --crop 0,0,256,150',
    ],
    [
      'columns that were not scanned',
      { ...pair, under: mapped(pair.under, (value, x) => (x < 100 ? 77 : value)) },
      'the under frame cannot be used: its columns 0 to 99 of 256 are constant or repeat one another; crop both frames to what is left, e.g. --crop 100,0,156,224',
    ],
    [
      'a data bar',
      both(pair, (value, x, y) => (y < 190 ? value : text(x, y))),
      'rows 190 to 223 of 224, columns 0 to 255 of 256, hold an overlay, the same in both frames; crop both frames to what is left, e.g. --crop 0,0,256,190',
    ],
    [
      'a scale bar in a corner',
      both(pair, (value, x, y) => (x > 15 && x < 90 && y > 9 && y < 40 ? text(x, y) : value)),
      'rows 10 to 39 of 224, columns 16 to 89 of 256, hold an overlay, the same in both frames; crop both frames to what is left, e.g. --crop 0,40,256,184',
    ],
    [
      'another place',
      {
        under: pairOf({ width: 512, height: 448 }).under,
        over: pairOf({ width: 512, height: 448, seed: 77 }).over,
      },
      /^the two frames do not show one place: their correlation peaks at [\d.]+ standard deviations of unrelated frames, one place would give [\d.]+$/,
    ],
    [
      'a frame of nothing but noise',
      { ...pair, under: noisePair(256, 224).under },
      /^the under frame shows nothing but noise: its coarse structures have [01]\.\d times the power of its noise, those of the over frame \d+ times$/,
    ],
  ])('declines %s, with numbers', (_, given, reason) => {
    expect(declined(given)).toMatch(reason);
  });

  it('says the same of frames of 16 bit, of views and of other strides', () => {
    const deep = (pixels: GreyPixels) => mapped(pixels, (value) => 257 * value, Uint16Array);
    const bar = both(pair, (value, x, y) => (y < 190 ? value : text(x, y)));
    const deepBar = { under: deep(bar.under), over: deep(bar.over) };
    expect(declined(deepBar)).toBe(declined(bar));
    const cropped = ({ under, over }: FramePair): FramePair => ({
      under: under.hi(190, 256) as GreyPixels,
      over: over.hi(190, 256) as GreyPixels,
    });
    expect(declined(cropped(bar))).toBeUndefined();
    const turned = ({ data, shape: [height = 0, width = 0] }: GreyPixels) =>
      ndarray(data, [width, height], [1, width]) as GreyPixels;
    expect(declined({ under: turned(bar.under), over: turned(bar.over) })).toMatch(
      /^rows 0 to 255 of 256, columns 190 to 223 of 224, hold an overlay/,
    );
  });

  it('looks around the displacement that is expected', () => {
    const far = pairOf({ shiftPx: { x: 110, y: 0 } });
    expect(declined(far, { x: 110, y: 0 })).toBeUndefined();
  });

  it('brings 8 and 16 bit, and 12 bits in 16, to 16', () => {
    const twelve = both(
      {
        under: mapped(pair.under, (v) => v, Uint16Array),
        over: mapped(pair.over, (v) => v, Uint16Array),
      },
      (value) => 16 * value,
    );
    const checked = check(twelve);
    if ('declined' in checked) throw new Error(checked.declined);
    expect(checked.warnings).toEqual([
      expect.stringMatching(/^both frames have 12 bit \(largest value \d+\): brought to 16$/),
    ]);
    expect(checked.pair.under.get(9, 7)).toBe(256 * pair.under.get(9, 7));
    const mixed = check({
      under: pair.under,
      over: mapped(pair.over, (v) => 257 * v, Uint16Array),
    });
    if ('declined' in mixed) throw new Error(mixed.declined);
    expect(mixed.warnings).toEqual([
      expect.stringMatching(/^one frame has 8 bit, the other 16 bit/),
    ]);
    expect(mixed.pair.under.get(9, 7)).toBe(257 * pair.under.get(9, 7));
  });

  it.each([0.8, 0.5, 1.25])(
    'brings a second frame of %f times the contrast to that of the first',
    (gain) => {
      const dim = { ...pair, over: mapped(pair.over, (value) => 60 + gain * (value - 60)) };
      const checked = check(dim);
      if ('declined' in checked) throw new Error(checked.declined);
      expect(checked.warnings).toEqual([
        expect.stringMatching(/^the over frame has [\d.]+ times the contrast of the under frame/),
      ]);
      const { under, over } = checked.pair;
      const found = deviation(over) / deviation(under);
      expect(found / (deviation(pair.over) / deviation(pair.under))).toBeCloseTo(1, 1);
      expect(under.get(9, 7)).toBe(257 * pair.under.get(9, 7));
    },
  );

  it('warns of clipped frames', () => {
    const clipped = { ...pair, over: mapped(pair.over, (value) => 2.5 * (value - 100)) };
    const checked = check(clipped);
    expect('warnings' in checked && checked.warnings[0]).toMatch(
      /^the over frame is clipped, which makes corrections too small: [\d.]+ % of its pixels have the least value, 0, [\d.]+ % the largest, \d+$/,
    );
  });

  it('says nothing of frames below 32 px', () => {
    const tiny = greyPixels(new Uint8Array(31 * 40), 40, 31);
    expect(check({ under: tiny, over: tiny })).toEqual({
      pair: { under: tiny, over: tiny },
      warnings: [],
    });
  });
});

function deviation({ data }: GreyPixels): number {
  const values = Array.from(data);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
