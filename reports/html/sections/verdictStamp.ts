import type { ValidationVerdict } from '../../../harness/validation/index.ts';

const stamps: Record<ValidationVerdict, readonly [word: string, className: string]> = {
  predicted: ['PREDICTED', 'valid'],
  'not predicted': ['NOT PREDICTED', 'invalid'],
  undecided: ['UNDECIDED', 'skipped'],
};

/** Whether the simulator predicts what was measured, in a word. */
export function verdictStamp(verdict: ValidationVerdict): string {
  const [word, className] = stamps[verdict];
  return `<span class="stamp ${className}">${word}</span>`;
}
