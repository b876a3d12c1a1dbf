import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readSeedBank } from './readSeedBank.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-bank-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'bank.txt');
  await writeFile(path, text);
  return path;
}

describe('readSeedBank', () => {
  it('makes the same seed of a file and of a variable, whatever white space ends them', async () => {
    const ofFile = await readSeedBank(await fileOf('a secret of some length\n'));
    vi.stubEnv('SEMFOCUS_TEST_BANK', 'a secret of some length');
    expect(await readSeedBank('env:SEMFOCUS_TEST_BANK')).toEqual(ofFile);
    vi.unstubAllEnvs();
    expect(Number.isSafeInteger(ofFile.seed)).toBe(true);
    expect(ofFile.seedBank).toMatch(/^[0-9a-f]{12}$/);
    // The public name must not tell the seed.
    expect(Number.parseInt(ofFile.seedBank, 16)).not.toBe(ofFile.seed);
  });

  it('makes another seed, and another name, of another secret', async () => {
    const one = await readSeedBank(await fileOf('a secret of some length'));
    const other = await readSeedBank(await fileOf('a secret of same length'));
    expect(other.seed).not.toBe(one.seed);
    expect(other.seedBank).not.toBe(one.seedBank);
  });

  it('refuses what is not there or no secret', async () => {
    await expect(readSeedBank(join(folder, 'absent'))).rejects.toThrow('cannot read the seed bank');
    await expect(readSeedBank('env:SEMFOCUS_NOT_THERE')).rejects.toThrow(
      'the environment variable SEMFOCUS_NOT_THERE',
    );
    await expect(readSeedBank(await fileOf('17\n'))).rejects.toThrow(
      'must hold at least 16 bytes. Received 2',
    );
  });
});
