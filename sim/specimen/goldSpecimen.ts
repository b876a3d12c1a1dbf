import { RandomStream } from '../../harness/numeric/index.ts';
import { areaSampled } from './drawing/areaSampled.ts';
import type { Specimen, SpecimenRegion } from './drawing/Specimen.ts';
import { GoldPainter } from './gold/GoldPainter.ts';

/**
 * Gold on carbon, the classic test of resolution: densely packed polygonal grains of 10-60 nm, in
 * places larger ones up to 120 nm, with bright edges. Dark gaps of 2-6 nm part the grains of an
 * island, cracks of 4-50 nm the islands, which are about 0.3 um wide.
 *
 * @param seed - Non-negative whole number.
 */
export function goldSpecimen(seed: number): Specimen {
  const stream = new RandomStream(seed, 'specimen', 'gold');
  const salts = {
    small: stream.nextInt32(),
    large: stream.nextInt32(),
    islands: stream.nextInt32(),
    growth: stream.nextInt32(),
  };
  const paint = (region: SpecimenRegion) => new GoldPainter(salts, region).paint();
  return areaSampled('gold', 6, paint, 'normal');
}
