import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseConfig } from '../../harness/config/index.ts';
import { type Model, modelCardSchema } from '../card/index.ts';

/** A network of `models/weights`. */
export function shippedModel(name: string): Model {
  const path = fileURLToPath(new URL(`../weights/${name}/model.onnx`, import.meta.url));
  const cardPath = fileURLToPath(new URL(`../weights/${name}/card.json`, import.meta.url));
  const card = parseConfig(modelCardSchema, JSON.parse(readFileSync(cardPath, 'utf8')), cardPath);
  const read = () => readFileSync(path);
  return { card, path, sha256: createHash('sha256').update(read()).digest('hex'), read };
}
