export { createSpecimen } from './createSpecimen.ts';
export { fileSpecimen } from './fileSpecimen.ts';
export { noisePowerUm2 } from './noiseSpecimen.ts';
export { pointSpot } from './pointsSpecimen.ts';
export type { Specimen, SpecimenRegion } from './Specimen.ts';
export { type ProceduralSpecimen, specimens } from './specimens.ts';
export { siemensStar } from './starSpecimen.ts';
