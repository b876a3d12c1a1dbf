import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseConfig, parseJson } from '../../harness/config/index.ts';
import { ModelError, reasonOf } from '../../harness/microscope/index.ts';
import { type Model, modelCardSchema } from '../../models/index.ts';

const cardName = 'card.json';

/**
 * A network by the path of its ONNX file; its card lies beside it as `card.json`.
 *
 * Synchronous: a few kilobytes, read once when the command line starts.
 *
 * @throws ModelError if a file is missing or damaged.
 * @throws ConfigError if the card does not fit its schema.
 */
export function readModel(path: string): Model {
  const cardPath = join(dirname(path), cardName);
  const text = readOrExplain(
    cardPath,
    `${path} needs a ${cardName} beside it, as in docs/models.md`,
  );
  let value: unknown;
  try {
    value = parseJson(text.toString('utf8'));
  } catch (cause) {
    throw new ModelError(`${cardPath} must be JSON. ${reasonOf(cause)}`, { cause });
  }
  const card = parseConfig(modelCardSchema, value, cardPath);
  const sha256 = card.sha256 ?? sha256Of(readOrExplain(path));
  return { card, path, sha256, read: () => bytesWith(sha256, path) };
}

function bytesWith(sha256: string, path: string): Uint8Array {
  const bytes = readOrExplain(path);
  const found = sha256Of(bytes);
  if (found !== sha256) {
    throw new ModelError(`${path} must have SHA-256 ${sha256}. Received ${found}`, {
      hint: 'the file is damaged, or the card belongs to another model: install both again',
    });
  }
  return bytes;
}

function readOrExplain(path: string, hint?: string): Buffer {
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

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
