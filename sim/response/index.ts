export * from './charge.ts';
export * from './contaminate.ts';
export * from './ExposureHistory.ts';
export * from './unexposedShare.ts';
