import { mkdir } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { type Command, Option } from 'commander';
import { writePngFile, writeTiffFile } from '../../harness/image/index.ts';
import { addFocus, ConfigError, type GreyPixels } from '../../harness/microscope/index.ts';
import { createSimulatedMicroscope, presetNamed } from '../../sim/index.ts';
import { chooseSpecimen, openSpecimen } from '../openSpecimen.ts';
import { numberBetween, numberList, positiveNumber, psfOption, wholeNumber } from '../options.ts';
import { progressBar } from '../progressBar.ts';
import type { Terminal } from '../terminal.ts';

interface RenderOptions {
  readonly preset: string;
  readonly psf: 'gaussian' | 'disc';
  readonly specimen: string;
  readonly specimenPixelSize: number;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly pixelSize?: number;
  readonly dwell?: number;
  readonly wd: number[];
  readonly stigX: number[];
  readonly stigY: number[];
  readonly stageX: number;
  readonly stageY: number;
  readonly out: string;
  readonly json?: boolean;
}

/** `semfocus render`: simulated frames, or series of them, as PNG or TIFF. */
export function addRenderCommand(program: Command, terminal: Terminal): void {
  program
    .command('render')
    .description('simulated frames, or a focus or stigmator series, as PNG or TIFF files')
    .addOption(new Option('--preset <name>', 'instrument').default('merlin'))
    .addOption(psfOption().default('gaussian'))
    .addOption(
      new Option('--specimen <name|file>', 'specimen, or an image of one').default('tissue'),
    )
    .option(
      '--specimen-pixel-size <nm>',
      'what the pixels of a specimen image are declared to be',
      positiveNumber,
      10,
    )
    .option('--seed <n>', 'seed of specimen and noise', wholeNumber(0), 1)
    .option('--width <px>', 'columns', wholeNumber(16, 32768), 1024)
    .option('--height <px>', 'rows', wholeNumber(16, 32768), 768)
    .option('--pixel-size <nm>', "the preset's own where left out", positiveNumber)
    .option('--dwell <ns>', "dwell time; the preset's own where left out", positiveNumber)
    .option('--wd <um,...>', 'working distance minus best focus', numberList, [0])
    .option('--stig-x <unit,...>', 'stigmator x minus best setting', numberList, [0])
    .option('--stig-y <unit,...>', 'stigmator y minus best setting', numberList, [0])
    .option('--stage-x <um>', 'place on the specimen', numberBetween(), 0)
    .option('--stage-y <um>', 'place on the specimen', numberBetween(), 0)
    .option('--out <file|folder>', 'a .png or .tif file; a folder for a series', 'frame.png')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Several values with commas make a series: one file for every combination, named after its state.
Negative values need an equals sign: --wd=-5,5.

Examples:
  semfocus render --wd 5 --out defocused.png
  semfocus render --wd 0,2,5,10,20 --specimen tin --out series`,
    )
    .action((options: RenderOptions) => render(options, terminal));
}

async function render(options: RenderOptions, terminal: Terminal): Promise<void> {
  const preset = presetNamed(options.preset);
  const states = options.wd.flatMap((workingDistanceUm) =>
    options.stigX.flatMap((stigmatorX) =>
      options.stigY.map((stigmatorY) => ({ workingDistanceUm, stigmatorX, stigmatorY })),
    ),
  );
  const extension = extname(options.out).toLowerCase();
  const isFile = ['.png', '.tif', '.tiff'].includes(extension);
  if (!isFile && extension !== '') {
    throw new ConfigError(
      `--out must end in .png, .tif or .tiff, or name a folder. Received ${options.out}`,
    );
  }
  if (isFile && states.length > 1) {
    throw new ConfigError(
      `--out must name a folder for a series of ${states.length} frames. Received ${options.out}`,
    );
  }
  const choice = await chooseSpecimen(options.specimen, options.specimenPixelSize);
  const specimen = await openSpecimen(
    'file' in choice
      ? { name: options.specimen, seed: options.seed, file: choice.file }
      : { name: choice.name, seed: options.seed },
  );
  const { truth } = createSimulatedMicroscope({
    preset,
    psf: options.psf,
    specimen,
    seed: options.seed,
    run: 0,
    stage: { xUm: options.stageX, yUm: options.stageY },
  });
  const request = {
    width: options.width,
    height: options.height,
    pixelSizeNm: options.pixelSize ?? preset.scan.pixelSizeNm,
    dwellTimeNs: options.dwell ?? preset.scan.dwellTimeNs,
  };
  await makeFolder(isFile ? dirname(options.out) : options.out);
  const written: {
    file: string;
    doseElectronsPerNm2: number;
    deviation: (typeof states)[number];
  }[] = [];
  const progress = progressBar(terminal, 'frames', states.length);
  for (const deviation of states) {
    const frame = await truth.frameAt(addFocus(truth.bestFocus(), deviation), request);
    const file = isFile ? options.out : join(options.out, `${stateName(deviation, options)}.png`);
    await writeImage(file, frame.pixels);
    written.push({ file, deviation, doseElectronsPerNm2: frame.doseElectronsPerNm2 });
    progress.advance(1);
  }
  progress.end();
  if (options.json === true) {
    terminal.out(`${JSON.stringify(written, null, 2)}\n`);
    return;
  }
  for (const { file, doseElectronsPerNm2 } of written) {
    terminal.out(`${file}  ${doseElectronsPerNm2.toPrecision(3)} electrons/nm2\n`);
  }
}

/** `wd+5_sx-1_sy+0`, with those parameters only that the series varies. */
function stateName(
  state: { workingDistanceUm: number; stigmatorX: number; stigmatorY: number },
  { wd, stigX, stigY }: RenderOptions,
): string {
  const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value)}`;
  const parts = [
    wd.length > 1 || (stigX.length === 1 && stigY.length === 1)
      ? `wd${signed(state.workingDistanceUm)}`
      : '',
    stigX.length > 1 ? `sx${signed(state.stigmatorX)}` : '',
    stigY.length > 1 ? `sy${signed(state.stigmatorY)}` : '',
  ];
  return parts.filter((part) => part !== '').join('_');
}

async function writeImage(file: string, pixels: GreyPixels): Promise<void> {
  await (extname(file).toLowerCase() === '.png'
    ? writePngFile(file, pixels)
    : writeTiffFile(file, pixels));
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`cannot write to ${folder}: ${reason}`, { cause });
  }
}
