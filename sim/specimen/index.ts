export { createSpecimen } from './createSpecimen.ts';
