import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import { placeSpheres } from './placeSpheres.ts';
import { tinSpecimen } from './tinSpecimen.ts';

const region = { leftNm: -9000, topNm: 0, width: 900, height: 900, pixelSizeNm: 10 };

describe('tin on carbon', () => {
  const specimen = tinSpecimen(21);

  it('has the contrast of a relief: 25 to 45 % rms', () => {
    const yields = specimen.rasterise(region);
    let [sum, squares] = [0, 0];
    for (const value of yields) {
      sum += value;
      squares += value * value;
    }
    const mean = sum / yields.length;
    const rms = Math.sqrt(squares / yields.length - mean * mean);
    expect(rms / mean).toBeGreaterThan(0.25);
    expect(rms / mean).toBeLessThan(0.45);
  });

  it('shows spheres brighter than the film, brightest at the rim, the film darkest beside them', () => {
    const salt = new RandomStream(21, 'specimen', 'tin', 'spheres').nextInt32();
    const large = placeSpheres(salt, region, 1).filter(({ radiusNm }) => radiusNm > 500);
    expect(large.length).toBeGreaterThan(3);
    for (const { xNm, yNm, radiusNm } of large.slice(0, 2)) {
      /** Median over a ring, because smaller spheres lie about. */
      const ring = (share: number) => {
        const around = Array.from({ length: 31 }, (_, step) => {
          const angle = (2 * Math.PI * step) / 31;
          const x = region.leftNm + xNm + share * radiusNm * Math.cos(angle);
          return specimen.emission(x, region.topNm + yNm + share * radiusNm * Math.sin(angle), 4);
        });
        return around.sort((a, b) => a - b)[15]!;
      };
      expect(ring(0.993) / ring(0.3)).toBeGreaterThan(1.25);
      expect(ring(0.3) / ring(1.03)).toBeGreaterThan(1.4);
    }
  });

  it('has film with a grain of 10 to 50 nm', () => {
    const flat = { ...region, width: 40, height: 40, pixelSizeNm: 3 };
    const salt = new RandomStream(21, 'specimen', 'tin', 'spheres').nextInt32();
    // Places of 120 nm without a sphere; shadows of larger ones are smooth.
    let places = 0;
    let variance = 0;
    let along10 = 0;
    let along60 = 0;
    for (let leftNm = 0; leftNm < 20_000 && places < 12; leftNm += 120) {
      const place = { ...flat, leftNm };
      if (placeSpheres(salt, place, 1).length > 0) continue;
      places++;
      const yields = specimen.rasterise(place);
      const mean = yields.reduce((sum, value) => sum + value, 0) / yields.length;
      for (let at = 0; at < 40 * 40; at++) {
        const x = at % 40;
        const here = yields[at]! - mean;
        variance += here * here;
        if (x < 37) along10 += here * (yields[at + 3]! - mean) * (40 / 37);
        if (x < 20) along60 += here * (yields[at + 20]! - mean) * 2;
      }
    }
    expect(places).toBeGreaterThan(5);
    expect(along10 / variance).toBeGreaterThan(0.4);
    expect(along60 / along10).toBeLessThan(0.5);
  });
});
