import { expect, it } from 'vitest';
import { csvText } from './csvText.ts';

it.each([
  ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ['@SUM(1)|cmd', "'@SUM(1)|cmd"],
  ['+1', "'+1"],
  ['-1 um', "'-1 um"],
  ['\t=1+1', "' =1+1"],
  ['\u001b[31mred\r', '" [31mred "'],
  ['a-b = c', 'a-b = c'],
  [-1.5, '-1.5'],
])('a spreadsheet runs nothing of %j, and no terminal obeys it', (value, cell) => {
  expect(csvText([{ name: 'said', cells: [value] }])).toBe(`said\n${cell}\n`);
});
