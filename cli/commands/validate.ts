import { join } from 'node:path';
import type { Command } from 'commander';
import type { AlgorithmEntry } from '../../harness/algorithm/index.ts';
import { unknownName } from '../../harness/config/index.ts';
import { assertWritable, makeFolder } from '../../harness/files/index.ts';
import { readSeries } from '../../harness/series/index.ts';
import type { Validation, ValidationVerdict } from '../../harness/validation/index.ts';
import { validationPage, validationText } from '../../reports/index.ts';
import { presetNamed } from '../../sim/index.ts';
import { openUserAlgorithms, registryWith, type UserAlgorithms } from '../lab/index.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { interruptible } from '../terminal/interruptible.ts';
import {
  algorithmOption,
  algorithmTimeoutOption,
  calibrationFrom,
  modelOption,
  numberOption,
  pluginOption,
  seedOption,
  specimenPixelSizeOption,
  textOption,
} from '../terminal/options.ts';
import { progressBar } from '../terminal/progressBar.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writeTextFile } from '../terminal/writeTextFile.ts';
import { validateSeries } from '../validate/validateSeries.ts';

interface ValidateOptions {
  readonly preset?: string;
  readonly specimen: string;
  readonly specimenPixelSize: number;
  readonly algorithm?: string[];
  readonly plugin?: string[];
  readonly model?: string;
  readonly algorithmTimeout: number;
  readonly seeds: number;
  readonly seed: number;
  readonly out: string;
  readonly json?: boolean;
}

const usualPreset = 'merlin-real';
const codes: Record<ValidationVerdict, number> = {
  predicted: exitCodes.ok,
  'not predicted': exitCodes.failed,
  undecided: exitCodes.evidence,
};

/** `semfocus validate`: a recorded series against the simulator. */
export function addValidateCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  command
    .argument('<series>', 'manifest that semfocus series has written')
    .addOption(
      textOption(
        '--preset <name>',
        `simulated instrument to compare with (default: that of the series, or ${usualPreset})`,
      ),
    )
    .addOption(textOption('--specimen <name|file>', 'simulated specimen').default('tissue'))
    .addOption(specimenPixelSizeOption())
    .addOption(
      algorithmOption('ask only this one, or several in turn; every method for pairs by default'),
    )
    .addOption(pluginOption())
    .addOption(modelOption('ask a network of your own as well'))
    .addOption(algorithmTimeoutOption())
    .addOption(
      numberOption('--seeds <n>', 'number of simulated specimens', {
        isWhole: true,
        from: 10,
        to: 1000,
      }).default(10),
    )
    .addOption(seedOption('first of the seeds', 1e9).default(1))
    .addOption(
      textOption('--out <folder>', 'folder for validation.json and validation.html').default(
        'validation',
      ),
    )
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Asks every method about every pair of frames, and about simulated pairs in the
same state with the same noise. For each: the real reading, the simulated ones,
and z, how many standard deviations lie between them. R is the root mean square
of z, s the common scale of real over simulated readings. R up to 1 and s within
0.05 of 1: the simulator predicts what the methods read on this instrument.

The settings of the frames say what a reading should be: from the focus if the
series names it in inFocusAt; differences between pairs otherwise.

Exit codes: 0 predicted; 1 not predicted (R above 1 or |s - 1| above 0.05);
2 the series is not complete, or has no pair; 3 no reading can be compared.

Example:
  semfocus series day-one/*.tif --out day-one/series.json
  semfocus validate day-one/series.json --preset merlin-real --out day-one`,
    )
    .action(async (file: string, options: ValidateOptions) => {
      const own = await openUserAlgorithms({
        ...(options.plugin && { plugins: options.plugin }),
        ...(options.algorithm && { algorithms: options.algorithm }),
        timeoutS: options.algorithmTimeout,
      });
      try {
        exit(await validate(file, options, own, terminal));
      } finally {
        own.close();
      }
    });
}

async function validate(
  file: string,
  options: ValidateOptions,
  own: UserAlgorithms,
  terminal: Terminal,
): Promise<number> {
  const [jsonFile, htmlFile] = ['validation.json', 'validation.html'].map((name) =>
    join(options.out, name),
  ) as [string, string];
  const series = await readSeries(file);
  const presetName = options.preset ?? series.instrument.preset ?? usualPreset;
  const preset = presetNamed(presetName);
  const entries = chosenEstimators(options, own);
  const { calibration: calibrationFile, stigmatorMatrixUmPerUnit } = series.instrument;
  const calibration = await calibrationFrom(calibrationFile ?? undefined, presetName, undefined);
  await makeFolder(options.out);
  for (const path of [jsonFile, htmlFile]) await assertWritable(path);
  const validated = await interruptible(
    async (signal) => {
      let bar: ReturnType<typeof progressBar> | undefined;
      try {
        return await validateSeries(series, {
          entries,
          instrument: {
            preset,
            specimen: options.specimen,
            specimenPixelSize: options.specimenPixelSize,
          },
          calibration,
          stigmatorMatrixUmPerUnit:
            calibrationFile === null
              ? stigmatorMatrixUmPerUnit
              : calibration.stigmatorMatrixUmPerUnit,
          seeds: { first: options.seed, count: options.seeds },
          signal,
          onStart: (steps) => {
            bar = progressBar(terminal, 'frames and estimates', steps);
            return () => bar?.advance(1);
          },
        });
      } catch (error) {
        if (error !== signal.reason) throw error;
        return undefined;
      } finally {
        bar?.end();
      }
    },
    { hangUp: true },
  );
  if (validated === undefined) {
    terminal.err('interrupted: nothing written\n');
    return exitCodes.interrupted;
  }
  const validation: Validation = {
    ...validated.found,
    series: file,
    preset: presetName,
    specimen: options.specimen,
    told: { source: calibrationFile ?? presetName, calibration },
  };
  const document = `${JSON.stringify(validation, null, 2)}\n`;
  await writeTextFile(jsonFile, document);
  await writeTextFile(htmlFile, validationPage(validation, validated.pictures));
  terminal.out(
    options.json === true ? document : `${validationText(validation)}\nReport: ${htmlFile}\n`,
  );
  return codes[validation.verdict];
}

/** Those that are named, or all that work on pairs. */
function chosenEstimators(
  { algorithm, model }: ValidateOptions,
  own: UserAlgorithms,
): readonly AlgorithmEntry[] {
  const { algorithms } = registryWith(model, own.entries);
  const offered = [...algorithms.values()].filter(({ createEstimator }) => createEstimator);
  if (algorithm === undefined) return offered;
  return own.chosen.map((name) => {
    const entry = offered.find((one) => one.name === name);
    if (entry !== undefined) return entry;
    throw unknownName(
      '--algorithm',
      name,
      offered.map((one) => one.name),
    );
  });
}
