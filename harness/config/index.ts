export { describeMismatch, parseConfig, readConfigFile } from './parseConfig.ts';
export { inWords, unknownName } from './unknownName.ts';
