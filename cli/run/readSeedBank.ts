import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ConfigError, reasonOf } from '../../harness/microscope/index.ts';

/** A seed that is made of a secret, and what the secret may be called in public. */
export interface SeedBank {
  readonly seed: number;
  /** The first digits of the SHA-256 of the secret. */
  readonly seedBank: string;
}

/** Shorter secrets could be found out from their hash. */
const leastBytes = 16;
const shownDigits = 12;
/** 48 bits: exact as a number. */
const seedDigits = 12;

/**
 * The seed of held-out runs: people who train or tune must not know it.
 *
 * @param source - Path of a file, or `env:NAME` for an environment variable; its bytes are the secret.
 *   White space at the end does not count, so that a file and a variable can say the same.
 * @throws ConfigError if there is no such file or variable, or it is too short for a secret.
 */
export async function readSeedBank(source: string): Promise<SeedBank> {
  const secret = (await textOf(source)).trimEnd();
  if (Buffer.byteLength(secret) < leastBytes) {
    throw new ConfigError(
      `--seed-bank ${source} must hold at least ${leastBytes} bytes. Received ${Buffer.byteLength(secret)}`,
      { hint: 'Make one with: head -c 32 /dev/urandom | base64 > seed-bank.txt' },
    );
  }
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  return {
    seed: Number.parseInt(digest(`semfocus seed ${secret}`).slice(0, seedDigits), 16),
    seedBank: digest(secret).slice(0, shownDigits),
  };
}

async function textOf(source: string): Promise<string> {
  const [, name] = /^env:(.+)$/.exec(source) ?? [];
  if (name !== undefined) {
    const value = process.env[name];
    if (value === undefined) {
      throw new ConfigError(`--seed-bank ${source}: the environment variable ${name} is not set`);
    }
    return value;
  }
  try {
    return await readFile(source, 'utf8');
  } catch (cause) {
    throw new ConfigError(`cannot read the seed bank ${source}: ${reasonOf(cause)}`, { cause });
  }
}
