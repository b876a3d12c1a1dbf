import { readFile, writeFile } from 'node:fs/promises';
import { withDictionary } from './dictionaryTables.ts';

const page = new URL('../reports.md', import.meta.url);
await writeFile(page, withDictionary(await readFile(page, 'utf8')));
