import { fileURLToPath } from 'node:url';
import { readConfigFile } from '../config/index.ts';
import { type GateRules, gateRulesSchema } from './gateRules.ts';

/** The rules that come with the project, for the release suite. */
const releaseRulesPath = fileURLToPath(new URL('./rules/release.json', import.meta.url));

/**
 * Rules from a file.
 *
 * @throws ConfigError in one line if it cannot be read or holds no valid rules.
 */
export function loadGateRules(path: string = releaseRulesPath): Promise<GateRules> {
  return readConfigFile(gateRulesSchema, path, 'rules');
}
