import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readConfigFile } from './parseConfig.ts';
import { parseJson } from './parseJson.ts';

const nested = (levels: number, open = '[', close = ']'): string =>
  open.repeat(levels) + (open === '[' ? '' : '1') + close.repeat(levels);

describe('parseJson', () => {
  it('reads a document with or without a byte order mark', () => {
    expect(parseJson('{"a": [1, "\\u00e9"]}')).toEqual({ a: [1, 'é'] });
    expect(parseJson('\uFEFF{"a": 1}')).toEqual({ a: 1 });
  });

  it('refuses levels beyond the hundredth, in whatever they are', () => {
    expect(parseJson(nested(100))).toBeDefined();
    for (const text of [nested(101), nested(5000), nested(200_000), nested(5000, '{"a":', '}')]) {
      expect(() => parseJson(text)).toThrow(/up to 100 levels/);
    }
  });

  it('counts no brackets within text', () => {
    const text = `"${'['.repeat(500)} \\" ${'{'.repeat(500)} \\\\"`;
    expect(parseJson(`[${text}, []]`)).toHaveLength(2);
  });

  it('says in one line of a file what is wrong with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'semfocus-json-'));
    const messages: string[] = [];
    for (const [name, text] of Object.entries({ 'deep.json': nested(5000), 'cut.json': '{"a"' })) {
      await writeFile(join(folder, name), text);
      const reading = readConfigFile(
        z.strictObject({ a: z.number() }),
        join(folder, name),
        'suite',
      );
      messages.push(await reading.then(String, ({ message }: Error) => message));
    }
    await rm(folder, { recursive: true });
    expect(messages.map((message) => message.replace(folder, 'FOLDER'))).toMatchInlineSnapshot();
  });
});
