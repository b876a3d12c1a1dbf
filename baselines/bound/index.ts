export { boundSd } from './boundSd.ts';
export { nothingElseUnknown, pairFrames } from './FocusScene.ts';
export { focusInformation } from './focusInformation.ts';
export { scaleInformation } from './InformationMatrix.ts';
export { pairInformation } from './pairInformation.ts';
export { ringSpectrum } from './ringSpectrum.ts';
