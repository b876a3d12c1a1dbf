import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Model } from '../../models/index.ts';
import { readModel } from './readModel.ts';

const weights = fileURLToPath(new URL('../../models/weights', import.meta.url));

/** The networks that come with the project, by name. */
export function shippedModels(): Model[] {
  return readdirSync(weights)
    .sort()
    .map((name) => join(weights, name, 'model.onnx'))
    .filter(existsSync)
    .map(readModel);
}
