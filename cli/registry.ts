import { baselines } from '../baselines/index.ts';
import type { OpenedScenario, Registry, Scenario } from '../harness/experiment/index.ts';
import {
  createSimulatedMicroscope,
  physicsVersion,
  presetCalibration,
  presetNamed,
  presets,
  specimens,
} from '../sim/index.ts';
import { openSpecimen } from './openSpecimen.ts';

/** Every algorithm, instrument and specimen that the command line knows by name. */
export const registry: Registry = {
  algorithms: new Map(baselines.map((entry) => [entry.name, entry])),
  presets: new Map(
    presets.map((preset) => [
      preset.name,
      {
        name: preset.name,
        summary: preset.summary,
        calibration: presetCalibration(preset),
        pixelSizeNm: preset.scan.pixelSizeNm,
        dwellTimeNs: preset.scan.dwellTimeNs,
      },
    ]),
  ),
  specimens: new Map(specimens.map((entry) => [entry.name, entry])),
  physicsVersion,
  openScenario,
};

async function openScenario(scenario: Scenario): Promise<OpenedScenario> {
  const simulation = createSimulatedMicroscope({
    preset: presetNamed(scenario.preset),
    psf: scenario.psf,
    specimen: await openSpecimen(scenario.specimen),
    seed: scenario.seed,
    run: scenario.trajectory,
    stage: { xUm: 0, yUm: 0 },
  });
  // Driving there refuses what lies beyond the stage.
  await simulation.microscope.moveStage(scenario.stage);
  return simulation;
}
