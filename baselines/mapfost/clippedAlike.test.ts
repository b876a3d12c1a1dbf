import { describe, expect, it } from 'vitest';
import { greyPixels, RandomStream } from '../../harness/numeric/index.ts';
import { clippedAlike } from './clippedAlike.ts';

const side = 128;
const still = { x: 0, y: 0 };

/** Normal grey values, clipped to what the type holds. */
function frame(
  name: string,
  mean: number,
  sd: number,
  Type: typeof Uint8Array | typeof Uint16Array,
) {
  const random = new RandomStream(3, name);
  const white = Type === Uint8Array ? 255 : 65535;
  const grey = () => Math.round(Math.min(Math.max(mean + sd * random.normal(), 0), white));
  return greyPixels(new Type(Array.from({ length: side * side }, grey)), side, side);
}

const pairOf = (under: ReturnType<typeof frame>, over: ReturnType<typeof frame>) => ({
  ...{ under, over, pixelSizeNm: 10, perturbationUm: 5 },
});

function endsOf({ data }: ReturnType<typeof frame>) {
  let [black, white] = [Number.POSITIVE_INFINITY, 0];
  for (const value of data) [black, white] = [Math.min(black, value), Math.max(white, value)];
  const share = (end: number) => data.filter((value) => value === end).length / data.length;
  return { black, white, blackShare: share(black), whiteShare: share(white) };
}

describe('clippedAlike', () => {
  it('leaves frames alone that are not clipped', () => {
    const pair = pairOf(frame('u', 120, 20, Uint8Array), frame('o', 110, 20, Uint8Array));
    expect(clippedAlike(pair, still)).toBe(pair);
  });

  it.each([
    ['8 bit', Uint8Array, 1],
    ['16 bit', Uint16Array, 257],
  ] as const)(
    'cuts the brighter frame where the darker one is cut at black, %s',
    (_, Type, scale) => {
      const under = frame('u', 26 * scale, 20 * scale, Type);
      const over = frame('o', 30 * scale, 20 * scale, Type);
      const alike = clippedAlike(pairOf(under, over), still);
      expect(alike.under).toBe(under);
      const [mine, theirs] = [endsOf(alike.under), endsOf(alike.over)];
      expect(mine.black).toBe(0);
      expect(Math.abs(theirs.black - 4 * scale)).toBeLessThanOrEqual(scale);
      expect(theirs.blackShare).toBeCloseTo(mine.blackShare, 1.5);
      // What lies above is as it was.
      const above = over.data.findIndex((value) => value > 20 * scale);
      expect(alike.over.data[above]).toBe(over.data[above]);
    },
  );

  it('does the same at white', () => {
    const under = frame('u', 226, 20, Uint8Array);
    const over = frame('o', 232, 20, Uint8Array);
    const alike = clippedAlike(pairOf(under, over), still);
    expect(alike.over).toBe(over);
    expect(Math.abs(endsOf(alike.under).white - 249)).toBeLessThanOrEqual(1);
  });

  it('does not count a body that one of the frames has lost at its border', () => {
    const random = new RandomStream(4, 'field');
    const grey = Array.from({ length: side * side }, () => {
      return Math.min(255, Math.max(0, Math.round(30 + 20 * random.normal())));
    });
    const frameAt = (top: number) => {
      // Row `top` of the field is the first of the frame; above row 0 there is nothing but black.
      const rows = Array.from({ length: side }, (_, y) => y + top);
      const values = rows.flatMap((row) =>
        row < 0 ? new Array<number>(side).fill(0) : grey.slice(row * side, (row + 1) * side),
      );
      return greyPixels(Uint8Array.from(values), side, values.length / side);
    };
    const pair = pairOf(frameAt(0), frameAt(-16));
    const cropped = {
      ...pair,
      under: greyPixels(pair.under.data.slice(0, side * side), side, side),
    };
    expect(clippedAlike(cropped, { x: 0, y: 16 })).toEqual(cropped);
    expect(clippedAlike(cropped, still)).not.toEqual(cropped);
  });
});
