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
  const { preset, presetSha256, instrument, specimen } = scenario;
  const { file } = specimen;
  // Name by name: to take a few out of all takes longer than to write the text.
  const told: Told<Omit<Scenario, 'calibrationSource'>> = {
    suite: scenario.suite,
    seed: scenario.seed,
    trajectory: scenario.trajectory,
    preset: presetSha256 === undefined ? preset : undefined,
    presetSha256,
    instrument: instrument && {
      hasStage: instrument.hasStage,
      reference: {
        algorithm: defined(instrument.reference.algorithm),
        dwellTimeNs: instrument.reference.dwellTimeNs,
      },
    },
    psf: scenario.psf,
    specimen: defined({
      name: specimen.name,
      seed: specimen.seed,
      isBlank: specimen.isBlank,
      file: file && { sha256: file.sha256, pixelSizeNm: file.pixelSizeNm },
    } satisfies Told<Scenario['specimen']>),
    stage: scenario.stage,
    stratum: scenario.stratum,
    start: scenario.start,
    frame: scenario.frame,
    calibration: scenario.calibration,
    algorithm: defined(scenario.algorithm),
    iterations: scenario.iterations,
    limits: scenario.limits,
    margins: scenario.margins,
    physicsVersion: scenario.physicsVersion,
  };
  return sha256OfJson(defined(told));
}

/** No field can be forgotten. */
type Told<Part> = { readonly [Name in keyof Required<Part>]: Json | undefined };

/** Without what is undefined; the same object where nothing is. */
function defined(fields: { readonly [name: string]: Json | undefined }): Json {
  const kept: { [name: string]: Json } = {};
  let isWhole = true;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) isWhole = false;
    else kept[name] = value;
  }
  return isWhole ? (fields as Json) : kept;
}
