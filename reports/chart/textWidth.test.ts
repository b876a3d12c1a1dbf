import { expect, it } from 'vitest';
import { fitText } from './textWidth.ts';

it.each([
  ['mapfost, tissue, 204 ns', ['mapfost, tissue, 204', 'ns']],
  // A number stays with its unit.
  ['mapfost, tissue, 204\u00a0ns', ['mapfost, tissue,', '204\u00a0ns']],
])('%s is broken into %j', (text, lines) => {
  expect(fitText(text, 115, 10, 2)).toEqual(lines);
});
