export type { Model } from './Model.ts';
export {
  type ModelCard,
  modelCardSchema,
  type OutputKind,
  outputColumns,
  outputKind,
} from './modelCardSchema.ts';
