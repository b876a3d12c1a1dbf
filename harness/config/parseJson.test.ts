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
    const messageOf = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text);
      const reading = readConfigFile(
        z.strictObject({ a: z.number() }),
        join(folder, name),
        'suite',
      );
      return reading.then(String, ({ message }: Error) => message.replace(folder, 'FOLDER'));
    };
    const deep = await messageOf('deep.json', nested(5000));
    const cut = await messageOf('cut.json', '{"a"');
    await rm(folder, { recursive: true });
    expect(deep).toMatchInlineSnapshot(
      `"FOLDER/deep.json must be a suite in JSON. Lists and objects may lie in each other up to 100 levels; these go further"`,
    );
    expect(cut).toMatch(/^FOLDER\/cut\.json must be a suite in JSON\. /);
  });
});
