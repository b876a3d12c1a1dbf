import { createHash } from 'node:crypto';
import { arch } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../harness/config/index.ts';
import { makeFolder, writeAtomically } from '../../harness/files/index.ts';
import {
  goldenFile,
  type Model,
  type ModelCard,
  makeGoldenSet,
  modelCardSchema,
  onnxruntimeVersion,
} from '../../models/index.ts';

/** A network in memory, with the hash of its bytes on its card. */
export function networkOf(card: ModelCard, bytes: Uint8Array, folder: string): Model {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = join(folder, 'model.onnx');
  return { card: { ...card, sha256 }, path, sha256, read: () => bytes };
}

/**
 * Writes a network as `run --model` and `parity --model` read it: `model.onnx`, `golden.json` with its answers to
 * fixed inputs, and the card last, which vouches for it.
 *
 * @throws ConfigError if a file cannot be written.
 */
export async function writeNetwork(model: Model, folder: string): Promise<void> {
  const card = parseConfig(modelCardSchema, model.card, 'card.json');
  const runtime = { onnxruntime: await onnxruntimeVersion(), cpuArchitecture: arch() };
  const golden = await makeGoldenSet(model, runtime);
  await makeFolder(folder);
  const keep = (name: string, content: string | Uint8Array) =>
    writeAtomically(join(folder, name), content, { isDurable: true });
  await keep('model.onnx', model.read());
  await keep(goldenFile, `${JSON.stringify(golden, null, 2)}\n`);
  await keep('card.json', `${JSON.stringify(card, null, 2)}\n`);
}
