import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { suiteJsonSchema } from './suiteJsonSchema.ts';

it('the published schema is that of the code; npm run make:schemas writes it anew', async () => {
  const published = new URL('./suites/suite.schema.json', import.meta.url);
  expect(JSON.parse(await readFile(published, 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(suiteJsonSchema())),
  );
});
