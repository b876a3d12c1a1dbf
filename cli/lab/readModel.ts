import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseConfig, parseJson } from '../../harness/config/index.ts';
import { ModelError, reasonOf } from '../../harness/microscope/index.ts';
import { type Model, modelCardSchema } from '../../models/index.ts';

/** Where the card of a network lies. */
export function cardPathOf(path: string): string {
  return join(dirname(path), 'card.json');
}

/**
 * A network by the path of its ONNX file; its card lies beside it as `card.json`.
 *
 * Synchronous: a few kilobytes, read once when the command line starts.
 *
 * @throws ModelError if a file is missing or damaged.
 * @throws ConfigError if the card does not fit its schema.
 */
export function readModel(path: string): Model {
  const cardPath = cardPathOf(path);
  const text = readOrExplain(
    cardPath,
    `${path} needs a card.json beside it, as in docs/models.md: semfocus models card ${path} writes one`,
  );
  const card = parseConfig(modelCardSchema, cardValue(text, cardPath), cardPath);
  const sha256 = card.sha256 ?? sha256Of(readOrExplain(path));
  return { card, path, sha256, read: () => bytesWith(sha256, path) };
}

/** @throws ModelError if the bytes of a card are no JSON. */
export function cardValue(bytes: Buffer, cardPath: string): unknown {
  try {
    return parseJson(bytes.toString('utf8'));
  } catch (cause) {
    throw new ModelError(`${cardPath} must be JSON. ${reasonOf(cause)}`, { cause });
  }
}

function bytesWith(sha256: string, path: string): Uint8Array {
  const bytes = readOrExplain(path);
  const found = sha256Of(bytes);
  if (found !== sha256) {
    throw new ModelError(`${path} must have SHA-256 ${sha256}. Received ${found}`, {
      hint: `the card belongs to another file. If ${path} is the one you mean, bring its card up to date: semfocus models card ${path}. If it is damaged, install both again`,
    });
  }
  return bytes;
}

/** @throws ModelError if it cannot be read, or is no file. */
export function readOrExplain(path: string, hint?: string): Buffer {
  try {
    // Opening a pipe waits for a writer, and a device need not end.
    const found = statSync(path);
    if (!found.isFile() && !found.isDirectory()) throw new Error('it is a pipe or a device');
    return readFileSync(path);
  } catch (cause) {
    throw new ModelError(`cannot read ${path}: ${reasonOf(cause)}`, {
      cause,
      ...(hint !== undefined && { hint }),
    });
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
