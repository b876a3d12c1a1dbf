import { existsSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { Command } from 'commander';
import { makeFolder } from '../../harness/experiment/index.ts';
import { writePngFile, writeTiffFile } from '../../harness/image/index.ts';
import {
  addFocus,
  ConfigError,
  type FocusState,
  type GreyPixels,
  type MicroscopeDescription,
  OutOfRange,
} from '../../harness/microscope/index.ts';
import { createSimulatedMicroscope, presetNamed } from '../../sim/index.ts';
import { assertExposable } from '../assertExposable.ts';
import { chooseSpecimen, openSpecimen } from '../openSpecimen.ts';
import {
  numberOption,
  numbersOption,
  presetOption,
  psfOption,
  specimenPixelSizeOption,
  textOption,
} from '../options.ts';
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

const sizeOption = (flags: string, description: string) =>
  numberOption(flags, description, { isWhole: true, from: 16, to: 32_768, unit: 'px' });

/** `semfocus render`: simulated frames, or series of them, as PNG or TIFF. */
export function addRenderCommand(program: Command, terminal: Terminal): void {
  program
    .command('render')
    .description('simulated frames, or a focus or stigmator series, as PNG or TIFF files')
    .addOption(presetOption('instrument'))
    .addOption(psfOption().default('gaussian'))
    .addOption(
      textOption('--specimen <name|file>', 'specimen, or PNG or TIFF of one').default('tissue'),
    )
    .addOption(specimenPixelSizeOption())
    .addOption(
      numberOption('--seed <n>', 'seed of specimen and noise', { isWhole: true, from: 0 }).default(
        1,
      ),
    )
    .addOption(sizeOption('--width <px>', 'columns').default(1024))
    .addOption(sizeOption('--height <px>', 'rows').default(768))
    .addOption(numberOption('--pixel-size <nm>', "the preset's own where left out", { above: 0 }))
    .addOption(
      numberOption('--dwell <ns>', "dwell time; the preset's own where left out", { above: 0 }),
    )
    .addOption(
      numbersOption('--wd <um,...>', 'working distance minus best focus').default([0], '0'),
    )
    .addOption(
      numbersOption('--stig-x <unit,...>', 'stigmator x minus best setting').default([0], '0'),
    )
    .addOption(
      numbersOption('--stig-y <unit,...>', 'stigmator y minus best setting').default([0], '0'),
    )
    .addOption(numberOption('--stage-x <um>', 'place on the specimen').default(0))
    .addOption(numberOption('--stage-y <um>', 'place on the specimen').default(0))
    .addOption(
      textOption('--out <file|folder>', 'a .png or .tif file; a folder for a series').default(
        'frame.png',
      ),
    )
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Several values with commas make a series: one PNG file for every combination,
named after its state.

Examples:
  semfocus render --wd 5 --out defocused.png
  semfocus render --wd -5,5 --stig-x 1 --out pair
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
  const isFile = isImageFile(options.out);
  if (isFile && states.length > 1) {
    throw new ConfigError(
      `--out must name a folder for a series of ${states.length} frames. Received ${JSON.stringify(options.out)}`,
    );
  }
  const choice = await chooseSpecimen(options.specimen, options.specimenPixelSize);
  const specimen = await openSpecimen(
    'file' in choice
      ? { name: options.specimen, seed: options.seed, file: choice.file }
      : { name: choice.name, seed: options.seed },
  );
  const { microscope, truth } = createSimulatedMicroscope({
    preset,
    psf: options.psf,
    specimen,
    seed: options.seed,
    run: 0,
    stage: { xUm: 0, yUm: 0 },
  });
  await microscope.moveStage({ xUm: options.stageX, yUm: options.stageY });
  assertReachable(options, truth.bestFocus(), await microscope.describe());
  const request = {
    width: options.width,
    height: options.height,
    pixelSizeNm: options.pixelSize ?? preset.scan.pixelSizeNm,
    dwellTimeNs: options.dwell ?? preset.scan.dwellTimeNs,
  };
  await assertExposable(microscope, request);
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
    terminal.out(`${file}  ${doseElectronsPerNm2.toPrecision(3)} electrons/nm²\n`);
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

/** True for an image file, false for a folder; refuses what was meant to be an image of another kind. */
function isImageFile(out: string): boolean {
  const extension = extname(out).toLowerCase();
  if (['.png', '.tif', '.tiff'].includes(extension)) return true;
  if (extension === '' || out.endsWith('/') || existsSync(out)) return false;
  throw new ConfigError(
    `--out must end in .png, .tif or .tiff, or name a folder, with a slash at its end where there is a dot in it. Received ${JSON.stringify(out)}`,
  );
}

/** The truth says where best focus is, the instrument how far it goes from there. */
function assertReachable(
  { wd, stigX, stigY }: RenderOptions,
  best: FocusState,
  { parameters, name }: MicroscopeDescription,
): void {
  const wanted = [
    ['--wd', 'workingDistanceUm', wd],
    ['--stig-x', 'stigmatorX', stigX],
    ['--stig-y', 'stigmatorY', stigY],
  ] as const;
  for (const [option, parameter, values] of wanted) {
    const { min = -Infinity, max = Infinity, unit } = parameters[parameter];
    const low = Math.ceil(min - best[parameter]);
    const high = Math.floor(max - best[parameter]);
    const outside = values.find((value) => !(value >= low && value <= high));
    if (outside !== undefined) {
      throw new OutOfRange({
        parameter: option,
        requested: outside,
        allowed: `from ${low} to ${high} ${unit}`,
        by: name,
      });
    }
  }
}
