import { describe, expect, it } from 'vitest';
import { planSuite } from '../suite/index.ts';
import { fakeRegistry } from '../testing/fakeRegistry.ts';
import { fakeSuite } from '../testing/fakeSuite.ts';
import { PlaceQueue, placesOf } from './PlaceQueue.ts';

const { scenarios, keys, expected } = planSuite(fakeSuite(), fakeRegistry());
const toDo = scenarios.map((scenario, index) => ({
  ...{ index, scenario, key: keys[index] ?? '' },
  expectedPixels: expected[index]?.pixels ?? 0,
}));

describe('places', () => {
  it.each([true, false])(
    'hold every trajectory once, those of one place together (%s)',
    (inOrder) => {
      const places = placesOf(toDo, inOrder);
      expect(
        places
          .flat()
          .map(({ index }) => index)
          .sort((p, q) => p - q),
      ).toEqual(toDo.map(({ index }) => index));
      const stages = places.map((place) => [
        ...new Set(
          place.map(({ scenario }) => JSON.stringify([scenario.specimen, scenario.stage])),
        ),
      ]);
      for (const ofOne of stages) expect(ofOne).toHaveLength(1);
      expect(new Set(stages.flat()).size).toBe(places.length);
    },
  );

  it('are given out one to each worker; who has none left takes half of the longest list', () => {
    const [first, second] = [toDo.slice(0, 4), toDo.slice(4, 5)];
    const queue = new PlaceQueue([[...first], [...second]]);
    const a = queue.next([]);
    const b = queue.next([]);
    expect([a, b]).toEqual([first, second]);
    b.shift();
    expect(queue.next(a)).toBe(a);
    const c = queue.next(b);
    expect(c).toEqual(first.slice(2));
    expect(a).toEqual(first.slice(0, 2));
    for (const place of [a, c]) place.length = 0;
    expect(queue.next(c)).toEqual([]);
  });
});
