export { describeMismatch, parseConfig, readConfigFile } from './parseConfig.ts';
export { parseJson } from './parseJson.ts';
export { inWords, unknownName } from './unknownName.ts';
