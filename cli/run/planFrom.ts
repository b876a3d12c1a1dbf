import type { Command } from 'commander';
import { readConfigFile } from '../../harness/config/index.ts';
import {
  loadSuite,
  type Plan,
  type PlanOverrides,
  planSuite,
  type Registry,
  type Suite,
} from '../../harness/experiment/suite/index.ts';
import { ConfigError, calibrationSchema, type ProbeShape } from '../../harness/microscope/index.ts';
import { type Model, openOnnxModel, runtimeParametersSchema } from '../../models/index.ts';
import {
  chooseSpecimen,
  models,
  openUserAlgorithms,
  readModel,
  registryWith,
  type UserAlgorithms,
} from '../lab/index.ts';
import {
  algorithmOption,
  algorithmTimeoutOption,
  modelOption,
  namesOption,
  pluginOption,
  psfOption,
  seedOption,
  specimenPixelSizeOption,
  textOption,
} from '../terminal/options.ts';
import { readSeedBank } from './readSeedBank.ts';
import { suiteWith } from './suiteWith.ts';

/** The parts of a suite that the command line may change. */
export interface PlanOptions {
  readonly algorithms?: string[];
  readonly model?: string;
  readonly plugin?: string[];
  readonly algorithm?: string[];
  readonly algorithmTimeout: number;
  readonly preset?: string[];
  readonly psf?: ProbeShape;
  readonly specimen?: string;
  readonly specimenPixelSize: number;
  readonly calibration?: string;
  readonly seed?: number;
  readonly seedBank?: string;
  readonly only?: string[];
}

/** The argument and options of every command that plans a suite. */
export function addPlanOptions(command: Command): Command {
  return command
    .argument('<suite>', 'name of a suite (semfocus suites) or path of a suite file')
    .addOption(namesOption('--algorithms <name,...>', 'only these algorithms of the suite'))
    .addOption(modelOption('network of your own; it replaces the one of the same name'))
    .addOption(pluginOption())
    .addOption(
      algorithmOption(
        "one more algorithm, by name or a program of your own; with the suite's iterations",
      ),
    )
    .addOption(algorithmTimeoutOption())
    .addOption(namesOption('--preset <name,...>', "instruments, in place of the suite's"))
    .addOption(psfOption("shape of the probe, in place of the suite's"))
    .addOption(
      textOption(
        '--specimen <name|file>',
        "specimen or PNG or TIFF of one, in place of the suite's",
      ),
    )
    .addOption(specimenPixelSizeOption())
    .addOption(
      textOption(
        '--calibration <file>',
        "JSON file of the calibration given to the algorithms (default: the preset's, or the microscope's own)",
      ),
    )
    .addOption(seedOption("seed, in place of the suite's"))
    .addOption(
      textOption(
        '--seed-bank <file|env:NAME>',
        'secret text that the seed is made from; reports show only its hash',
      ).conflicts('seed'),
    )
    .addOption(
      namesOption(
        '--only <key,...>',
        'only the trajectories whose keys begin like this (semfocus plan --json)',
      ),
    );
}

/** What a suite is planned with. */
interface SuiteAndRegistry {
  readonly suite: Suite;
  readonly registry: Registry;
}

/**
 * A suite with all that the command line changes of it, planned.
 *
 * @param adapt - Changes suite and registry before they are planned.
 * @throws ModelError if a network is not the file of its card.
 * @returns The algorithms of the user's own as well: the caller hands them to its workers and
 *   closes them at the end.
 */
export async function planFrom(
  suiteName: string,
  options: PlanOptions,
  adapt: (both: SuiteAndRegistry) => SuiteAndRegistry = (both) => both,
): Promise<{ readonly plan: Plan; readonly registry: Registry; readonly own: UserAlgorithms }> {
  const { model, plugin = [], algorithm = [], algorithms, algorithmTimeout } = options;
  // Before anything else: a suite that runs for an hour must not end with errors about its network.
  if (model !== undefined) await assertNetwork(readModel(model));
  const own = await openUserAlgorithms({
    plugins: plugin,
    algorithms: algorithm,
    timeoutS: algorithmTimeout,
  });
  try {
    const { suite, registry } = adapt({
      registry: registryWith(model, own.entries),
      suite: suiteWith(await loadSuite(suiteName), [
        ...(model === undefined ? [] : [readModel(model).card.name]),
        ...own.entries.map(({ name }) => name),
        ...own.chosen,
      ]),
    });
    const overrides = {
      ...(await overridesFrom(options)),
      // `--algorithms` does not leave out an algorithm that `--algorithm` adds.
      ...(algorithms && { algorithms: [...algorithms, ...own.chosen] }),
    };
    const plan = planSuite(suite, registry, overrides);
    const planned = new Set(plan.scenarios.map(({ algorithm }) => algorithm.modelSha256));
    for (const shipped of models) if (planned.has(shipped.sha256)) shipped.read();
    return { plan, registry, own };
  } catch (error) {
    own.close();
    throw error;
  }
}

/** @throws ModelError if the file is not the one of its card, or cannot be run as the card says. */
async function assertNetwork(network: Model): Promise<void> {
  network.read();
  await openOnnxModel(network, runtimeParametersSchema.parse({}));
}

async function overridesFrom(options: PlanOptions): Promise<PlanOverrides> {
  const { preset, psf, specimen, seed, seedBank, calibration, only } = options;
  for (const key of only ?? []) {
    if (/^[0-9a-f]{4,64}$/.test(key)) continue;
    throw new ConfigError(
      `--only must be 4 to 64 of the digits 0-9 and a-f. Received ${JSON.stringify(key)}`,
    );
  }
  return {
    ...(preset && { presets: preset }),
    ...(psf && { psf }),
    ...(seed !== undefined && { seed }),
    ...(seedBank !== undefined && (await readSeedBank(seedBank))),
    ...(specimen !== undefined && {
      specimen: await chooseSpecimen(specimen, options.specimenPixelSize),
    }),
    ...(calibration !== undefined && {
      calibration: await readConfigFile(calibrationSchema, calibration, 'calibration'),
    }),
    ...(only && { only }),
  };
}
