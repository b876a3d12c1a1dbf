import fc from 'fast-check';
import { expect, it } from 'vitest';
import { coveredAreaPx } from './coveredAreaPx.ts';

const whole = (min: number, max: number) => fc.integer({ min, max });
const rectangle = fc.record({
  x: whole(-3, 12),
  y: whole(-3, 12),
  width: whole(1, 9),
  height: whole(1, 9),
});

it('counts every pixel once, however many rectangles hold it', () => {
  fc.assert(
    fc.property(fc.array(rectangle, { maxLength: 6 }), (rectangles) => {
      const pixels = new Set<string>();
      for (const { x, y, width, height } of rectangles) {
        for (let i = 0; i < width * height; i++) {
          pixels.add(`${x + (i % width)},${y + Math.floor(i / width)}`);
        }
      }
      expect(coveredAreaPx(rectangles)).toBe(pixels.size);
    }),
  );
});
