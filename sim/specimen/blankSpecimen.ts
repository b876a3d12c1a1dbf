import { RandomStream } from '../../harness/numeric/index.ts';
import { smoothNoise } from '../hash/smoothNoise.ts';
import { areaSampled } from './drawing/areaSampled.ts';
import type { Specimen, SpecimenRegion } from './drawing/Specimen.ts';

/**
 * Bare embedding resin: mean yield 1, a slow waviness of 0.3 % rms and nothing else. An autofocus
 * algorithm has nothing to work on here and should say so.
 *
 * @param seed - Non-negative whole number.
 */
export function blankSpecimen(seed: number): Specimen {
  const salts = waves.map((_, index) =>
    new RandomStream(seed, 'specimen', 'blank', index).nextInt32(),
  );
  const paint = ({ leftNm, topNm, width, height, pixelSizeNm }: SpecimenRegion): Float32Array => {
    const yields = new Float32Array(width * height);
    for (let row = 0, to = 0; row < height; row++) {
      const y = topNm + (row + 0.5) * pixelSizeNm;
      for (let column = 0; column < width; column++, to++) {
        const x = leftNm + (column + 0.5) * pixelSizeNm;
        let value = 1;
        for (let index = 0; index < waves.length; index++) {
          const { spacingNm, rms } = waves[index]!;
          value += rms * smoothNoise(salts[index]!, x / spacingNm, y / spacingNm);
        }
        yields[to] = value;
      }
    }
    return yields;
  };
  return areaSampled('blank', 250, paint);
}

/** Together 0.3 % rms. */
const waves = [
  { spacingNm: 9000, rms: 0.0025 },
  { spacingNm: 2500, rms: 0.0016 },
] as const;
