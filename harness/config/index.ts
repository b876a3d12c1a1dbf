export { describeMismatch, parseConfig, readConfigFile, reasonOf } from './parseConfig.ts';
export { inWords, unknownName } from './unknownName.ts';
