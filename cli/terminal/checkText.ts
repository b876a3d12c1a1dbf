import type { CheckResult, MicroscopeCheck } from '../../harness/conformance/index.ts';

const marks = {
  passed: 'pass',
  failed: 'FAIL',
  skipped: 'skip',
  noted: 'note',
  'not-told': '?',
} as const;

/**
 * One check as text: its result and requirement, what was found, what to do.
 *
 * @param question - The requirement.
 */
export function checkText(
  { name, result, finding, advice }: CheckResult | MicroscopeCheck,
  question: string,
): string {
  const indent = ' '.repeat(6);
  const lines = [
    `${marks[result].padEnd(6)}${name.padEnd(22)}${question}`,
    ...(finding === undefined ? [] : [`${indent}${finding}`]),
    ...(advice === undefined ? [] : [`${indent}To do: ${advice}.`]),
  ];
  return `${lines.join('\n')}\n`;
}
