export * from './boundSd.ts';
export { nothingElseUnknown, pairFrames } from './FocusScene.ts';
export * from './focusInformation.ts';
export { scaleInformation } from './InformationMatrix.ts';
export { pairInformation, type Told } from './pairInformation.ts';
export * from './ringSpectrum.ts';
