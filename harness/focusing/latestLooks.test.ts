import { expect, it } from 'vitest';
import type { Frame } from '../microscope/index.ts';
import { greyPixels } from '../numeric/index.ts';
import { latestLooks } from './latestLooks.ts';

const request = { width: 4, height: 2, pixelSizeNm: 10, dwellTimeNs: 200 };
const frame = (workingDistanceUm: number, changed: Partial<typeof request> = {}) => {
  const asked = { ...request, ...changed };
  return {
    request: asked,
    actual: { focus: { workingDistanceUm } },
    pixels: greyPixels(
      new Uint16Array(asked.width * asked.height).fill(700),
      asked.width,
      asked.height,
    ),
  } as Frame;
};

it('keeps the latest two frames of its kind, as they were', () => {
  const { looks, add } = latestLooks(request);
  for (const distance of [1, 2, 3]) {
    const given = frame(distance);
    add(given);
    given.pixels.set(0, 0, 9);
  }
  add(frame(4, { width: 8 }));
  add(frame(5, { pixelSizeNm: 20 }));
  add(frame(6, { dwellTimeNs: 50 }));
  expect(looks.map(({ workingDistanceUm }) => workingDistanceUm)).toEqual([2, 3]);
  expect(looks.map(({ pixels }) => pixels.get(0, 0))).toEqual([700, 700]);
});
