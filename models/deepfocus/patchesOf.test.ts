import { describe, expect, it } from 'vitest';
import { FilledFrame } from '../../harness/algorithm/pair/index.ts';
import type { GreyPixels } from '../../harness/microscope/index.ts';
import { greyPixels } from '../../harness/numeric/index.ts';
import { cutPatch } from '../patches/index.ts';
import { linearModel } from '../testing/linearModel.ts';
import { patchesOf } from './patchesOf.ts';

const side = 16;
const size = side * side;
const { card } = linearModel({ kind: 'correction', columns: [] });
const grey = (x: number, y: number) => (3 * x + 7 * y) % 256;
const values = (width: number, height: number, scale: number) =>
  Array.from(
    { length: width * height },
    (_, at) => scale * grey(at % width, Math.floor(at / width)),
  );
const frame8 = greyPixels(Uint8Array.from(values(40, 30, 1)), 40, 30);
const frame16 = greyPixels(Uint16Array.from(values(40, 30, 257)), 40, 30);
const flat = (value: number) => greyPixels(new Uint8Array(size).fill(value), side, side);
const corner = { x: 0, y: 0 };
const pairOf = (under: GreyPixels, over: GreyPixels) => ({
  under: new FilledFrame(under, undefined, corner, 'under'),
  over: new FilledFrame(over, undefined, corner, 'over'),
});

describe('patchesOf', () => {
  it('holds under, then over, of one place after the other, row by row', () => {
    const places = [
      { under: { x: 2, y: 3 }, over: { x: 5, y: 1 } },
      { under: { x: 24, y: 14 }, over: { x: 0, y: 0 } },
    ];
    const patches = patchesOf(pairOf(frame8, frame8), places, card, 1);
    expect(patches).toHaveLength(4 * size);
    const wanted = [places[0]!.under, places[0]!.over, places[1]!.under, places[1]!.over];
    wanted.forEach((place, i) => {
      for (const [x, y] of [
        [0, 0],
        [15, 0],
        [4, 9],
        [15, 15],
      ] as const) {
        const expected = (grey(place.x + x, place.y + y) - 128) / 128;
        expect(patches[i * size + y * side + x]).toBeCloseTo(expected, 5);
      }
    });
  });

  it('is (grey - offset) / scale', () => {
    const places = [{ under: corner, over: corner }];
    const frames = pairOf(flat(0), flat(255));
    const usual = patchesOf(frames, places, card, 1);
    expect([usual[0], usual[size]]).toEqual([-1, 0.9921875]);
    const other = { ...card, input: { ...card.input, greyOffset: 0, greyScale: 255 } };
    const unit = patchesOf(frames, places, other, 1);
    expect([unit[0], unit[size]]).toEqual([0, 1].map((value) => expect.closeTo(value, 6)));
  });

  it.each([1, 0.6, 1.4])('sees 16 bit as 8 bit, resampled by %d too', (ratio) => {
    const places = [{ under: { x: 1, y: 2 }, over: { x: 4, y: 0 } }];
    const from8 = patchesOf(pairOf(frame8, frame8), places, card, ratio);
    const from16 = patchesOf(pairOf(frame16, frame16), places, card, ratio);
    const mixed = patchesOf(pairOf(frame8, frame16), places, card, ratio);
    for (let at = 0; at < from8.length; at++) {
      expect(Math.abs(from16[at]! - from8[at]!)).toBeLessThan(1e-5);
      expect(Math.abs(mixed[at]! - from8[at]!)).toBeLessThan(1e-5);
    }
  });
});

describe('cutPatch', () => {
  it('writes no further than its patch', () => {
    const into = new Float32Array(size + 5).fill(9);
    cutPatch(flat(128), corner, card, 1, into);
    expect([into[0], into[size - 1], ...into.subarray(size)]).toEqual([0, 0, 9, 9, 9, 9, 9]);
  });
});
