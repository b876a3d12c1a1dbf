import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { withDictionary } from './dictionaryTables.ts';

/** The formatter pads the cells of tables. */
const unpadded = (text: string) => text.replaceAll(/ {2,}/g, ' ').replaceAll(/-{3,}/g, '---');

it('docs/reports.md has the data dictionary of now; npm run docs:reports writes it', async () => {
  const page = await readFile(new URL('../reports.md', import.meta.url), 'utf8');
  expect(unpadded(page)).toBe(unpadded(withDictionary(page)));
});

it('a page without the marks is refused', () => {
  expect(() => withDictionary('# A page')).toThrow('must hold <!-- begin of the data dictionary');
});
