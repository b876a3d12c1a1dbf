export { createSpecimen } from './createSpecimen.ts';
export { fileSpecimen } from './fileSpecimen.ts';
export { noisePowerUm2 } from './noiseSpecimen.ts';
export { pointSpot } from './pointsSpecimen.ts';
export type { Specimen, SpecimenRegion } from './Specimen.ts';
export { specimens } from './specimens.ts';
