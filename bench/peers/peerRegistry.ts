import { baselines } from '../../baselines/index.ts';
import type { AlgorithmEntry, Registry } from '../../harness/experiment/index.ts';
import {
  calibrationOf,
  createSimulatedMicroscope,
  createSpecimen,
  exposingBeam,
  physicsVersion,
  presetCalibration,
  presetNamed,
  specimens,
} from '../../sim/index.ts';

/** The project's baselines, instruments and specimens, and one algorithm more. */
export function peerRegistry(extra: AlgorithmEntry): Registry {
  return {
    algorithms: new Map([...baselines, extra].map((entry) => [entry.name, entry])),
    presetNamed: (text) => {
      const preset = presetNamed(text);
      const { name, summary, beam, scan } = preset;
      return {
        name,
        summary,
        psf: beam.psf,
        calibration: presetCalibration(preset),
        calibrationFor: (psf) => calibrationOf(text, psf),
        pixelSizeNm: scan.pixelSizeNm,
        dwellTimeNs: scan.dwellTimeNs,
        scanRotationDeg: scan.rotationDeg,
        ...exposingBeam(preset),
      };
    },
    specimens: new Map(specimens.map((entry) => [entry.name, entry])),
    physicsVersion,
    openScenario: async (scenario) => {
      const simulation = createSimulatedMicroscope({
        preset: presetNamed(scenario.preset),
        psf: scenario.psf,
        specimen: createSpecimen(scenario.specimen.name, scenario.specimen.seed),
        seed: scenario.seed,
        run: scenario.trajectory,
        stage: { xUm: 0, yUm: 0 },
      });
      await simulation.microscope.moveStage(scenario.stage);
      return simulation;
    },
  };
}
