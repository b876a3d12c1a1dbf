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
  it('follows the displacement to the pixel inside both frames, as far as the frame reaches', () => {
    fc.assert(
      fc.property(cases, ({ side, roomX, roomY, x, y, patchSeed }) => {
        const frame = { width: side + roomX, height: side + roomY };
        const places = placePatches(frame, side, { patches: 5, patchSeed });
        const followed = (shift: number, room: number) =>
          Math.sign(shift) * Math.min(Math.abs(shift), room);
        for (const { under, over } of displacedPlaces(places, { x, y }, frame, side)) {
          for (const place of [under, over]) {
            expect(place.x).toBeGreaterThanOrEqual(0);
            expect(place.y).toBeGreaterThanOrEqual(0);
            expect(place.x).toBeLessThanOrEqual(roomX);
            expect(place.y).toBeLessThanOrEqual(roomY);
          }
          expect(over.x - under.x).toBe(followed(x, roomX) + 0);
          expect(over.y - under.y).toBe(followed(y, roomY) + 0);
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

  it('leaves the places of a frame that fits exactly', () => {
    const frame = { width: 64, height: 64 };
    expect(displacedPlaces([{ x: 0, y: 0 }], { x: 9, y: -9 }, frame, 64)).toEqual([
      { under: { x: 0, y: 0 }, over: { x: 0, y: 0 } },
    ]);
  });
});
