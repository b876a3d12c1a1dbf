import { unknownName } from '../../harness/config/index.ts';
import type { Specimen } from './drawing/Specimen.ts';
import { specimens } from './specimens.ts';

/**
 * A specimen by its name.
 *
 * @param seed - Non-negative whole number.
 * @throws RangeError if the seed is none; ConfigError naming the specimens there are, if this one is not among them.
 */
export function createSpecimen(name: string, seed: number): Specimen {
  const entry = specimens.find((one) => one.name === name);
  if (entry === undefined) {
    throw unknownName(
      'specimen',
      name,
      specimens.map((one) => one.name),
    );
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed must be a non-negative whole number. Received ${seed}`);
  }
  return entry.create(seed);
}
