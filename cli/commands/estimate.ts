import type { Command } from 'commander';
import type { AlgorithmEntry, Json } from '../../harness/algorithm/index.ts';
import { croppedPixels, readStatedImage } from '../../harness/image/index.ts';
import {
  ConfigError,
  type GreyPixels,
  type ProbeShape,
  type Rectangle,
} from '../../harness/microscope/index.ts';
import { chosenEntry, openUserAlgorithms, type UserAlgorithms } from '../lab/index.ts';
import {
  algorithmTimeoutOption,
  calibrationFrom,
  modelOption,
  numberOption,
  parametersOption,
  pluginOption,
  presetOption,
  psfOption,
  rectangleOption,
  textOption,
} from '../terminal/options.ts';
import { signed } from '../terminal/signed.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface EstimateOptions {
  readonly algorithm?: string;
  readonly model?: string;
  readonly plugin?: string[];
  readonly algorithmTimeout: number;
  readonly under: string;
  readonly over: string;
  readonly pixelSize: number;
  readonly perturbation: number;
  readonly preset: string;
  readonly calibration?: string;
  readonly psf?: ProbeShape;
  readonly crop?: Rectangle;
  readonly parameters?: Json;
  readonly json?: boolean;
}

/** `semfocus estimate`: the correction that a pair of image files calls for. */
export function addEstimateCommand(command: Command, terminal: Terminal): void {
  command
    .addOption(
      textOption(
        '--algorithm <name|exec:command>',
        'algorithm that works on pairs: mapfost, spectral, deepfocus-spectral-384, ..., or a program of your own',
      ),
    )
    .addOption(pluginOption())
    .addOption(algorithmTimeoutOption())
    .addOption(modelOption('network of your own').conflicts('algorithm'))
    .addOption(
      textOption(
        '--under <file>',
        'frame at working distance minus the perturbation, PNG or TIFF',
      ).makeOptionMandatory(),
    )
    .addOption(
      textOption(
        '--over <file>',
        'frame at working distance plus the perturbation, PNG or TIFF',
      ).makeOptionMandatory(),
    )
    .addOption(
      numberOption('--pixel-size <nm>', 'size of a pixel', {
        from: 0.5,
        to: 1000,
        unit: 'nm',
      }).makeOptionMandatory(),
    )
    .addOption(
      numberOption('--perturbation <um>', 'half the difference of the two working distances', {
        from: 0.1,
        to: 100,
        unit: 'um',
      }).makeOptionMandatory(),
    )
    .addOption(presetOption('instrument whose calibration to use'))
    .addOption(
      textOption(
        '--calibration <file>',
        "JSON file to use in place of a preset's calibration",
      ).conflicts('preset'),
    )
    .addOption(psfOption("shape of the probe, in place of the calibration's"))
    .addOption(
      rectangleOption(
        '--crop <x,y,width,height>',
        'part of both frames to look at, e.g. without a data bar, px',
      ),
    )
    .addOption(parametersOption())
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Prints the correction to ADD to the state midway between the two frames. In the
JSON, workingDistanceUm, stigmatorX and stigmatorY are that correction and sd is
one standard deviation of each. astigmatismUm is the stigmator part of the same
correction as focal shift (a, b) in um, image x to the right and y down. It does
not depend on the stigmator matrix.

The estimate is declined if the frames show nothing to focus on, are not two
exposures of one place, are cut off, or hold a data bar (--crop leaves it out).
The correction is then zero, declined gives the reason, and the exit code is 0
as well. Frames of 8 and 16 bit, or of two contrasts, are brought to one. A
warning on stderr, in the JSON in warnings, says so. Clipped pixels are a
warning too.

Example:
  semfocus render --wd -2,8 --stig-x 0.5 --out pair
  semfocus estimate --algorithm mapfost --pixel-size 10.03 --perturbation 5 \\
    --under pair/wd-2.png --over pair/wd+8.png`,
    )
    .action(async (options: EstimateOptions) => {
      const own = await openUserAlgorithms({
        ...(options.plugin && { plugins: options.plugin }),
        ...(options.algorithm !== undefined && { algorithms: [options.algorithm] }),
        timeoutS: options.algorithmTimeout,
        exitOnInterrupt: true,
      });
      try {
        await estimate(options, own, terminal);
      } finally {
        own.close();
      }
    });
}

function isEstimator(
  entry: AlgorithmEntry,
): entry is AlgorithmEntry & Required<Pick<AlgorithmEntry, 'createEstimator'>> {
  return entry.createEstimator !== undefined;
}

async function estimate(
  options: EstimateOptions,
  own: UserAlgorithms,
  terminal: Terminal,
): Promise<void> {
  const entry = chosenEntry(own, options.model, isEstimator);
  const calibration = await calibrationFrom(options.calibration, options.preset, options.psf);
  const sizeWarnings: string[] = [];
  const frameOf = async (path: string): Promise<GreyPixels> => {
    const { pixels, stated } = await readStatedImage(path);
    const statedNm = stated?.pixelSizeNm;
    if (statedNm !== undefined && !isNear(statedNm, options.pixelSize)) {
      sizeWarnings.push(
        `${path} says that its pixels have ${Number(statedNm.toPrecision(4))} nm, and --pixel-size is ${options.pixelSize} nm`,
      );
    }
    return croppedPixels(pixels, options.crop, path, '--crop');
  };
  const [under, over] = await Promise.all([frameOf(options.under), frameOf(options.over)]);
  if (under.shape[0] !== over.shape[0] || under.shape[1] !== over.shape[1]) {
    const size = ([height = 0, width = 0]: readonly number[]) => `${width} x ${height} px`;
    throw new ConfigError(
      `the two images must have one size. Received ${size(under.shape)} (${options.under}) and ${size(over.shape)} (${options.over})`,
    );
  }
  const estimator = entry.createEstimator(calibration, options.parameters);
  const given = options.parameters;
  if (
    given instanceof Object &&
    'perturbationUm' in given &&
    given.perturbationUm !== options.perturbation
  ) {
    throw new ConfigError(
      `perturbationUm in --parameters must be left out or equal --perturbation, ${options.perturbation} um. Received ${given.perturbationUm}`,
    );
  }
  const startMs = performance.now();
  const { correction, correctionSd, astigmatismUm, declined, diagnostics, ...found } =
    await estimator.estimate({
      under,
      over,
      pixelSizeNm: options.pixelSize,
      perturbationUm: options.perturbation,
    });
  const computeMs = performance.now() - startMs;
  const warnings = [...sizeWarnings, ...(found.warnings ?? [])];
  for (const warning of warnings) terminal.err(`warning: ${warning}\n`);
  if (options.json === true) {
    const document = {
      ...correction,
      ...(correctionSd && { sd: correctionSd }),
      astigmatismUm,
      algorithm: entry.name,
      computeMs,
      ...(declined !== undefined && { declined }),
      ...(warnings.length > 0 && { warnings }),
      ...(diagnostics !== undefined && { diagnostics }),
    };
    terminal.out(`${JSON.stringify(document)}\n`);
    return;
  }
  if (declined !== undefined) {
    terminal.out(`${entry.name} declined: ${declined}\n`);
    return;
  }
  const number = (value: number) => signed(value, (size) => size.toFixed(3)).padStart(8);
  const line = (label: string, value: number, sd: number | undefined, unit: string) =>
    `  ${label.padEnd(18)}${number(value)}${sd === undefined ? '' : ` ± ${sd.toFixed(3)}`} ${unit}\n`;
  const shift = (label: string, value: number) => `  ${label.padEnd(18)}${number(value)} µm\n`;
  terminal.out(
    `${entry.name}: add to the state midway between the two frames${correctionSd === undefined ? '' : ' (± 1 SD)'}\n` +
      line(
        'working distance',
        correction.workingDistanceUm,
        correctionSd?.workingDistanceUm,
        'µm',
      ) +
      line('stigmator x', correction.stigmatorX, correctionSd?.stigmatorX, 'units') +
      line('stigmator y', correction.stigmatorY, correctionSd?.stigmatorY, 'units') +
      `The stigmator part as focal shift:\n` +
      shift('a', astigmatismUm.a) +
      shift('b', astigmatismUm.b) +
      `Computed in ${computeMs.toFixed(0)} ms.\n`,
  );
}

/** What two readings of a pixel size may differ by, as a part. */
const pixelSizeTolerance = 0.02;

function isNear(statedNm: number, pixelSizeNm: number): boolean {
  return Math.abs(statedNm - pixelSizeNm) <= pixelSizeTolerance * pixelSizeNm;
}
