export { chosenEntry } from './chosenEntry.ts';
export {
  microscopeForms,
  type OpenedMicroscope,
  type Opener,
  openMicroscope,
} from './openMicroscope.ts';
export { openSimulation } from './openSimulation.ts';
export { chooseSpecimen } from './openSpecimen.ts';
export type { RasterCache } from './rasterCache.ts';
export { readModel } from './readModel.ts';
export { models, registry, registryWith } from './registry.ts';
export { type UpdatedCard, updateCard } from './updateCard.ts';
export {
  openUserAlgorithms,
  type UserAlgorithms,
  type UserSetup,
  userAlgorithmsOf,
} from './userAlgorithms.ts';
