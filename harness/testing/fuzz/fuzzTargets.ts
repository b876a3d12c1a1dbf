import type { FuzzTarget } from './FuzzTarget.ts';
import { imagesTarget } from './imagesTarget.ts';
import { recordsTarget } from './recordsTarget.ts';

/** Everything that is fuzzed. */
export const fuzzTargets: readonly FuzzTarget[] = [imagesTarget, recordsTarget];
