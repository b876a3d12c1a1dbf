import { RandomStream } from '../../numeric/index.ts';
import type { FuzzTarget } from './FuzzTarget.ts';

/** Input `index` of a target: always the same. */
export function fuzzInput(target: FuzzTarget, index: number): Uint8Array {
  return target.input(new RandomStream(42, 'fuzz', target.name, index));
}
