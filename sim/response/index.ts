export { charge } from './charge.ts';
export { contaminate } from './contaminate.ts';
export { ExposureHistory } from './ExposureHistory.ts';
export { unexposedShare } from './unexposedShare.ts';
