import type { Command } from 'commander';
import { readConfigFile } from '../harness/config/index.ts';
import {
  loadSuite,
  type Plan,
  type PlanOverrides,
  planSuite,
  type Registry,
  type Suite,
} from '../harness/experiment/index.ts';
import { ConfigError, calibrationSchema, type ProbeShape } from '../harness/microscope/index.ts';
import { chooseSpecimen } from './openSpecimen.ts';
import {
  modelOption,
  namesOption,
  numberOption,
  psfOption,
  specimenPixelSizeOption,
  textOption,
} from './options.ts';
import { readModel } from './readModel.ts';
import { readSeedBank } from './readSeedBank.ts';
import { registryWith } from './registry.ts';

/** What of a suite the command line may change. */
export interface PlanOptions {
  readonly algorithms?: string[];
  readonly model?: string;
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
    .addOption(modelOption('network of your own to run, in place of the one of its name'))
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
        "JSON file of what the algorithms are told, in place of the preset's own",
      ),
    )
    .addOption(numberOption('--seed <n>', "in place of the suite's", { isWhole: true, from: 0 }))
    .addOption(
      textOption(
        '--seed-bank <file|env:NAME>',
        'secret text from which the seed is made; reports give its hash alone',
      ).conflicts('seed'),
    )
    .addOption(
      namesOption('--only <key,...>', 'only the trajectories whose keys begin so (semfocus show)'),
    );
}

/** A suite with all that the command line changes of it, planned. */
export async function planFrom(
  suiteName: string,
  options: PlanOptions,
): Promise<{ readonly plan: Plan; readonly registry: Registry }> {
  const { model: modelFile } = options;
  const registry = registryWith(modelFile);
  const suite = withModel(await loadSuite(suiteName), modelFile);
  return { plan: planSuite(suite, registry, await overridesFrom(options)), registry };
}

/** With a network of its own that it does not list, a suite runs that as well, with the defaults. */
function withModel(suite: Suite, modelFile: string | undefined): Suite {
  if (modelFile === undefined) return suite;
  const { name } = readModel(modelFile).card;
  const { algorithms } = suite;
  if (algorithms.some((algorithm) => algorithm.name === name)) return suite;
  const iterations = Math.min(...algorithms.map((algorithm) => algorithm.iterations));
  const [first] = algorithms;
  const all = (key: 'dwellTimesNs' | 'dosesElectronsPerNm2') => [
    ...new Set(algorithms.flatMap((algorithm) => algorithm[key] ?? [])),
  ];
  const exposure =
    first?.dwellTimesNs === undefined
      ? { dosesElectronsPerNm2: all('dosesElectronsPerNm2') }
      : { dwellTimesNs: all('dwellTimesNs') };
  return { ...suite, algorithms: [...algorithms, { name, iterations, ...exposure }] };
}

async function overridesFrom(options: PlanOptions): Promise<PlanOverrides> {
  const { algorithms, preset, psf, specimen, seed, seedBank, calibration, only } = options;
  for (const key of only ?? []) {
    if (/^[0-9a-f]{4,64}$/.test(key)) continue;
    throw new ConfigError(
      `--only must be 4 to 64 of the digits 0-9 and a-f. Received ${JSON.stringify(key)}`,
    );
  }
  return {
    ...(algorithms && { algorithms }),
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
