import type { Option } from 'commander';
import { numberOption } from '../../terminal/options.ts';

/** `--live`, everywhere the same; `livePort` reads what it came to. */
export function liveOption(description: string): Option {
  return numberOption('--live [port]', `${description}; a free port where none is named`, {
    isWhole: true,
    from: 0,
    to: 65_535,
  });
}
