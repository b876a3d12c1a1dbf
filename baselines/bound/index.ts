export * from './boundSd.ts';
export * from './FocusScene.ts';
export * from './focusInformation.ts';
export * from './InformationMatrix.ts';
export * from './pairInformation.ts';
export * from './ringSpectrum.ts';
