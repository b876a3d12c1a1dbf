import { type DictionaryEntry, dataDictionary } from '../../reports/index.ts';
import { markdownTable } from './markdownTable.ts';

const begin = '<!-- begin of the data dictionary, made by npm run docs:reports -->';
const end = '<!-- end of the data dictionary -->';

/**
 * A page with the data dictionary of now between its two marks.
 *
 * @throws RangeError if a mark is missing.
 */
export function withDictionary(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new RangeError(`the page must hold ${begin} and then ${end}`);
  return `${page.slice(0, from)}${begin}\n\n${dictionaryTables()}\n\n${page.slice(to)}`;
}

function dictionaryTables(): string {
  const tableOf = (name: DictionaryEntry['table']) =>
    markdownTable(
      ['column', 'type', 'unit', 'meaning'],
      dataDictionary
        .filter(({ table }) => table === name)
        .map(({ column, type, unit, meaning }) => [`\`${column}\``, type, unit, meaning]),
    );
  return `### Runs\n\n${tableOf('runs')}\n\n### Iterations\n\n${tableOf('iterations')}`;
}
