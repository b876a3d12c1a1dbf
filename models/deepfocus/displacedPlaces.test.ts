import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placePatches } from '../patches/index.ts';
import { displacedPlaces } from './displacedPlaces.ts';

const cases = fc.record({
  side: fc.integer({ min: 1, max: 300 }),
  roomX: fc.integer({ min: 0, max: 200 }),
  roomY: fc.integer({ min: 0, max: 200 }),
  x: fc.integer({ min: -250, max: 250 }),
  y: fc.integer({ min: -250, max: 250 }),
  patchSeed: fc.nat(1000),
});

describe('displacedPlaces', () => {
  it('follows the displacement to the pixel, inside both frames where there is room', () => {
    fc.assert(
      fc.property(cases, ({ side, roomX, roomY, x, y, patchSeed }) => {
        const frame = { width: side + roomX, height: side + roomY };
        const places = placePatches(frame, side, { patches: 5, patchSeed });
        const beyond = Math.floor(side / 8);
        for (const { under, over } of displacedPlaces(places, { x, y }, frame, side)) {
          for (const [from, to, shift, room] of [
            [under.x, over.x, x, roomX],
            [under.y, over.y, y, roomY],
          ] as const) {
            const isInside = Math.min(from, to) >= 0 && Math.max(from, to) <= room;
            expect(isInside).toBe(Math.abs(shift) <= room || beyond === 0);
            // Out of the frame on both sides alike, and never far.
            expect(Math.min(from, to)).toBeGreaterThanOrEqual(-beyond);
            expect(Math.max(from, to)).toBeLessThanOrEqual(room + beyond);
            const follows = Math.abs(shift) <= room + 2 * beyond;
            expect(to - from === shift).toBe(follows);
          }
        }
      }),
    );
  });

  it('moves the two apart by half each where there is room', () => {
    const frame = { width: 200, height: 200 };
    expect(displacedPlaces([{ x: 50, y: 60 }], { x: 8, y: -5 }, frame, 64)).toEqual([
      { under: { x: 46, y: 62 }, over: { x: 54, y: 57 } },
    ]);
  });

  it('gives way at the edge and keeps the distance', () => {
    const frame = { width: 100, height: 100 };
    const [place] = displacedPlaces([{ x: 0, y: 36 }], { x: 10, y: 20 }, frame, 64);
    expect(place).toEqual({ under: { x: 0, y: 16 }, over: { x: 10, y: 36 } });
  });

  it('reaches beyond a frame that fits exactly, by half in each', () => {
    const frame = { width: 64, height: 64 };
    expect(displacedPlaces([{ x: 0, y: 0 }], { x: 7, y: -6 }, frame, 64)).toEqual([
      { under: { x: -4, y: 3 }, over: { x: 3, y: -3 } },
    ]);
    // An eighth of 64 on either side, no more.
    expect(displacedPlaces([{ x: 0, y: 0 }], { x: 40, y: 0 }, frame, 64)).toEqual([
      { under: { x: -8, y: 0 }, over: { x: 8, y: 0 } },
    ]);
  });
});
