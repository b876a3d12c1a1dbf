import { baselines, boundSd, pairInformation, scaleInformation } from '../../baselines/index.ts';
import { type AlgorithmEntry, frugalEntry } from '../../harness/algorithm/index.ts';
import type {
  OpenedScenario,
  PresetEntry,
  Registry,
} from '../../harness/experiment/suite/index.ts';
import {
  ConfigError,
  calibrationSchema,
  type FocusChange,
} from '../../harness/microscope/index.ts';
import { type Scenario, sha256OfJson } from '../../harness/record/index.ts';
import { learnedAlgorithm, type Model } from '../../models/index.ts';
import {
  calibrationOf,
  createSimulatedMicroscope,
  exposingBeam,
  type Preset,
  physicsVersion,
  presetCalibration,
  presetNamed,
  presets,
  type SimulatedTruth,
  type Specimen,
  specimens,
} from '../../sim/index.ts';
import { openSpecimen } from './openSpecimen.ts';
import { type RasterCache, withRasterCache } from './rasterCache.ts';
import { readModel } from './readModel.ts';
import { shippedModels } from './shippedModels.ts';

/** The networks that come with the project. */
export const models: readonly Model[] = shippedModels();

/** Every algorithm, instrument and specimen that the command line knows by name. */
export const registry: Registry = registryWith();

/**
 * The registry with a user's own network in it, under the name on its card: in place of the shipped one
 * of that name, if there is one. And with algorithms of a user's own, under names that are not taken.
 *
 * @param modelFile - Path of an ONNX file with its card beside it.
 * @param cache - Where rasters of specimens are kept for other runs.
 * @throws ModelError if model or card cannot be used; ConfigError if the name is that of an algorithm
 *   without a network, or if the name of an algorithm is taken.
 */
export function registryWith(
  modelFile?: string,
  userAlgorithms: readonly AlgorithmEntry[] = [],
  cache?: RasterCache,
): Registry {
  const own = modelFile === undefined ? [] : [readModel(modelFile)];
  for (const { card } of own) {
    if (!baselines.some(({ name }) => name === card.name)) continue;
    throw new ConfigError(
      `the name on the card of ${modelFile} must not be that of an algorithm without a network. Received ${card.name}`,
    );
  }
  const algorithms = new Map<string, AlgorithmEntry>(
    [...baselines, ...[...models, ...own].map(learnedAlgorithm)].map((entry) => [
      entry.name,
      entry,
    ]),
  );
  for (const entry of frugalEntries(algorithms)) algorithms.set(entry.name, entry);
  for (const entry of userAlgorithms) {
    if (algorithms.has(entry.name)) {
      throw new ConfigError(
        `an algorithm of your own must have a name that is not taken. Received ${entry.name}`,
        { hint: 'semfocus algorithms lists the names that are taken' },
      );
    }
    algorithms.set(entry.name, entry);
  }
  const specimenOf = rememberingLast(async (wanted) => {
    const specimen = await openSpecimen(wanted);
    return cache === undefined
      ? specimen
      : withRasterCache(specimen, JSON.stringify(wanted), cache);
  });
  return {
    algorithms,
    presetNamed: presetEntry,
    specimens: new Map(specimens.map((entry) => [entry.name, entry])),
    physicsVersion,
    openScenario: async (scenario) =>
      openScenario(scenario, await specimenOf(scenario.specimen), algorithms),
  };
}

/** Those that gain from it: that know how sure they are. */
function frugalEntries(algorithms: ReadonlyMap<string, AlgorithmEntry>): AlgorithmEntry[] {
  const uses = {
    mapfost: {
      patchSidePx: 256,
      firstPerSide: 1,
      pixels: 'coarse' as const,
      parameters: (patches: number, ofLargest: number) => ({
        patchSidePx: 256,
        patches,
        bandFraction: Math.min(Math.max(0.75 * ofLargest, 0.05), 0.75),
      }),
    },
    'deepfocus-spectral-384': {
      patchSidePx: 384,
      firstPerSide: 1,
      pixels: 'own' as const,
      parameters: (patches: number) => ({ patches }),
    },
  };
  return Object.entries(uses).flatMap(([name, use]) => {
    const entry = algorithms.get(name);
    return entry === undefined ? [] : [frugalEntry(entry, use)];
  });
}

/** Opens what was opened last no second time: with it goes what the simulator has drawn of it. */
function rememberingLast(open: typeof openSpecimen): typeof openSpecimen {
  let last: { readonly key: string; readonly specimen: Specimen } | undefined;
  return async (wanted) => {
    const key = JSON.stringify(wanted);
    if (last?.key !== key) last = { key, specimen: await open(wanted) };
    return last.specimen;
  };
}

/** @param text - What a person wrote; whatever a file calls itself, its content is what counts. */
function presetEntry(text: string): PresetEntry {
  const preset = presetNamed(text);
  const { name, summary, beam, scan } = preset;
  const comesWithTheProject = presets.some((known) => text.split('~')[0] === known.name);
  return {
    name,
    summary,
    ...(!comesWithTheProject && { sha256: sha256OfJson(JSON.parse(JSON.stringify(preset))) }),
    psf: beam.psf,
    calibration: presetCalibration(preset),
    calibrationFor: (psf) => calibrationOf(text, psf),
    pixelSizeNm: scan.pixelSizeNm,
    dwellTimeNs: scan.dwellTimeNs,
    scanRotationDeg: scan.rotationDeg,
    ...exposingBeam(preset),
  };
}

async function openScenario(
  scenario: Scenario,
  specimen: Specimen,
  algorithms: Registry['algorithms'],
): Promise<OpenedScenario> {
  const preset = presetNamed(scenario.preset);
  if (scenario.presetSha256 !== presetEntry(scenario.preset).sha256) {
    throw new ConfigError(`${scenario.preset} has changed since the run was planned`, {
      hint: 'run into another --out folder',
    });
  }
  const { modelSha256 } = scenario.algorithm;
  if (modelSha256 !== algorithms.get(scenario.algorithm.name)?.modelSha256) {
    throw new ConfigError(
      `the network ${scenario.algorithm.name} has changed since the run was planned`,
      {
        hint: 'run into another --out folder',
      },
    );
  }
  const simulation = createSimulatedMicroscope({
    preset,
    psf: scenario.psf,
    specimen,
    seed: scenario.seed,
    run: scenario.trajectory,
    stage: { xUm: 0, yUm: 0 },
  });
  // Driving there refuses what lies beyond the stage.
  await simulation.microscope.moveStage(scenario.stage);
  const { algorithm, frame } = scenario;
  const calibration =
    scenario.calibration === undefined
      ? presetCalibration(preset)
      : calibrationSchema.parse(scenario.calibration);
  const perturbationUm = algorithms
    .get(algorithm.name)
    ?.perturbationFor?.(calibration, frame.pixelSizeNm, algorithm.parameters);
  if (perturbationUm === undefined) return simulation;
  return {
    ...simulation,
    pairBoundSd: () => pairBoundSd(scenario, simulation.truth, preset, perturbationUm),
  };
}

/** Of the whole frame, whatever part of it the algorithm looks at. */
function pairBoundSd(
  { psf, frame }: Scenario,
  truth: SimulatedTruth,
  preset: Preset,
  perturbationUm: number,
): FocusChange | undefined {
  const calibration = presetCalibration(preset);
  const information = pairInformation({
    optics: { ...calibration, psf: psf === 'gaussian' ? 'gaussian' : 'disc' },
    specimen: truth.specimenUnder(frame),
    pixelSizeNm: frame.pixelSizeNm,
    midway: { zUm: 0, aUm: 0, bUm: 0 },
    perturbationUm,
  });
  const wholeFrame = scaleInformation(information(1, 'known'), frame.width * frame.height);
  const sd = boundSd(wholeFrame, calibration.stigmatorMatrixUmPerUnit);
  return Object.values(sd).every(Number.isFinite) ? sd : undefined;
}
