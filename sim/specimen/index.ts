export { createSpecimen } from './createSpecimen.ts';
export type { Specimen, SpecimenRegion } from './drawing/Specimen.ts';
export { fileSpecimen } from './fileSpecimen.ts';
export { noisePowerUm2 } from './noiseSpecimen.ts';
export { pointSpot } from './pointsSpecimen.ts';
export { specimens } from './specimens.ts';
