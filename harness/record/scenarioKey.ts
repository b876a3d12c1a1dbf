import type { Json } from '../algorithm/index.ts';
import { sha256OfJson } from './canonicalJson.ts';
import type { Scenario } from './TrajectoryRecord.ts';

/**
 * The key under which a scenario's record is stored: the SHA-256 of its canonical JSON.
 *
 * The paths of specimen and preset files are left out, because their content is in by its own
 * SHA-256, and so is where the calibration comes from: a key says what was computed.
 */
export function scenarioKey(scenario: Scenario): string {
  const { file, isBlank, ...specimen } = scenario.specimen;
  const { modelSha256, sourceSha256, ...algorithm } = scenario.algorithm;
  const { calibrationSource: _, preset, presetSha256, stratum, ...rest } = scenario;
  return sha256OfJson({
    ...rest,
    ...(presetSha256 === undefined ? { preset } : { presetSha256 }),
    ...optional('stratum', stratum),
    algorithm: {
      ...algorithm,
      ...optional('modelSha256', modelSha256),
      ...optional('sourceSha256', sourceSha256),
    },
    specimen: {
      ...specimen,
      ...optional('isBlank', isBlank),
      ...optional('file', file && { sha256: file.sha256, pixelSizeNm: file.pixelSizeNm }),
    },
  });
}

function optional(name: string, value: Json | undefined): { readonly [key: string]: Json } {
  return value === undefined ? {} : { [name]: value };
}
