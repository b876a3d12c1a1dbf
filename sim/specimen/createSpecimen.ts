import { ConfigError } from '../../harness/microscope/index.ts';
import type { Specimen } from './Specimen.ts';
import { specimens } from './specimens.ts';

/**
 * A specimen by its name.
 *
 * @param seed - Non-negative whole number.
 * @throws ConfigError naming the specimens there are, if this one is not among them.
 */
export function createSpecimen(name: string, seed: number): Specimen {
  const entry = specimens.find((one) => one.name === name);
  if (entry === undefined) {
    const allowed = specimens.map((one) => one.name).join(', ');
    throw new ConfigError(`specimen must be one of ${allowed}. Received ${JSON.stringify(name)}`);
  }
  return entry.create(seed);
}
