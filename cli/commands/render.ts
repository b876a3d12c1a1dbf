import { basename } from 'node:path';
import type { Command } from 'commander';
import { makeFolder } from '../../harness/files/index.ts';
import { addFocus, type ProbeShape } from '../../harness/microscope/index.ts';
import { presetNamed } from '../../sim/index.ts';
import { openSimulation } from '../lab/index.ts';
import { assertReachable, assertSheetFits, regionOf } from '../render/checkSeries.ts';
import { fileStem, framesOf, type SeriesFrame } from '../render/frameSeries.ts';
import { renderTargets, writeImage } from '../render/renderTargets.ts';
import { seriesSheet, type TakenFrame } from '../render/seriesSheet.ts';
import { assertExposable } from '../run/assertExposable.ts';
import {
  numberOption,
  numbersOption,
  presetOption,
  psfOption,
  seedOption,
  specimenPixelSizeOption,
  textOption,
} from '../terminal/options.ts';
import { progressBar } from '../terminal/progressBar.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writeTextFile } from '../terminal/writeTextFile.ts';

interface RenderOptions {
  readonly preset: string;
  readonly psf?: ProbeShape;
  readonly specimen: string;
  readonly specimenPixelSize: number;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly pixelSize?: number;
  readonly crop?: number;
  readonly dwell?: number[];
  readonly wd: number[];
  readonly stigX: number[];
  readonly stigY: number[];
  readonly stageX: number;
  readonly stageY: number;
  readonly out?: string;
  readonly sheet?: string;
  readonly json?: boolean;
}

const sizeOption = (flags: string, description: string) =>
  numberOption(flags, description, { isWhole: true, from: 16, to: 32_768, unit: 'px' });

/** `semfocus render`: simulated frames as PNG or TIFF files, or a series on one sheet, an SVG. */
export function addRenderCommand(command: Command, terminal: Terminal): void {
  command
    .addOption(presetOption('instrument'))
    .addOption(psfOption("shape of the probe (default: the preset's)"))
    .addOption(
      textOption('--specimen <name|file>', 'specimen, or PNG or TIFF of one').default('tissue'),
    )
    .addOption(specimenPixelSizeOption())
    .addOption(seedOption('seed of specimen and noise').default(1))
    .addOption(sizeOption('--width <px>', 'columns').default(1024))
    .addOption(sizeOption('--height <px>', 'rows').default(768))
    .addOption(
      sizeOption('--crop <px>', 'render only a square of this side, in the middle of the frame'),
    )
    .addOption(
      numberOption('--pixel-size <nm>', "pixel size (default: the preset's)", { above: 0 }),
    )
    .addOption(
      numbersOption('--dwell <ns,...>', "dwell time, ns (default: the preset's)", {
        above: 0,
      }),
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
      textOption(
        '--out <file|folder>',
        '.png or .tif file, or a folder for a series (default: "frame.png" without --sheet)',
      ),
    )
    .addOption(textOption('--sheet <file>', 'all frames with their states in one .svg'))
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Several values with commas make a series of every combination. --out writes one
PNG file for each, named after its state. --sheet writes one SVG file of all of
them with labels and a scale bar, for a browser. On a sheet the first
parameter that varies runs from left to right, the others from top to bottom.

Examples:
  semfocus render --wd 5 --out defocused.png
  semfocus render --wd -5,5 --stig-x 1 --out pair
  semfocus render --wd -20,-10,-5,-2,0,2,5,10,20 --crop 256 --sheet focus.svg
  semfocus render --stig-x -2,0,2 --stig-y -2,0,2 --crop 256 --sheet stig.svg
  semfocus render --specimen tin --wd 0,5 --dwell 50,200,800 --sheet dose.svg`,
    )
    .action((options: RenderOptions) => render(options, terminal));
}

async function render(options: RenderOptions, terminal: Terminal): Promise<void> {
  const preset = presetNamed(options.preset);
  const axes = { ...options, dwell: options.dwell ?? [preset.scan.dwellTimeNs] };
  const series = framesOf(axes);
  const targets = renderTargets(options, series.length);
  const raster = {
    width: options.width,
    height: options.height,
    pixelSizeNm: options.pixelSize ?? preset.scan.pixelSizeNm,
  };
  const region = regionOf(options);
  if (targets.sheet !== undefined) assertSheetFits(series.length, region);

  const { microscope, truth } = await openSimulation(preset, options);
  await microscope.moveStage({ xUm: options.stageX, yUm: options.stageY });
  const description = await microscope.describe();
  assertReachable(options, truth.bestFocus(), description);
  for (const dwellTimeNs of axes.dwell) {
    await assertExposable(microscope, { ...raster, dwellTimeNs });
  }
  for (const folder of targets.folders) await makeFolder(folder);

  const { sheet, fileOf } = targets;
  const written: Written[] = [];
  const tiles: TakenFrame[] = [];
  const progress = progressBar(terminal, 'frames', series.length);
  for (const one of series) {
    const { deviation, dwellTimeNs } = one;
    const { pixels, doseElectronsPerNm2, frameTimeS } = await truth.frameAt(
      addFocus(truth.bestFocus(), deviation),
      { ...raster, dwellTimeNs, region },
    );
    const file = fileOf(fileStem(one, axes));
    if (file !== undefined) await writeImage(file, pixels);
    if (sheet !== undefined) tiles.push({ ...one, pixels, doseElectronsPerNm2 });
    written.push({
      ...(file && { file }),
      ...(sheet && { sheet }),
      ...one,
      doseElectronsPerNm2,
      frameTimeS,
    });
    progress.advance(1);
  }
  if (sheet !== undefined) {
    const svg = seriesSheet(tiles, axes, {
      specimen: basename(options.specimen),
      preset: preset.name,
      psf: options.psf ?? preset.beam.psf,
      pixelSizeNm: raster.pixelSizeNm,
      stigmatorUnit: description.parameters.stigmatorX.unit,
    });
    await writeTextFile(sheet, svg);
  }
  progress.end();
  terminal.out(options.json === true ? `${JSON.stringify(written, null, 2)}\n` : listed(written));
}

/** One line for every file. */
function listed(written: readonly Written[]): string {
  const frames = written
    .filter(({ file }) => file !== undefined)
    .map(
      ({ file, doseElectronsPerNm2 }) =>
        `${file}  ${doseElectronsPerNm2.toPrecision(3)} electrons/nm²\n`,
    );
  const [sheet] = written.flatMap((frame) => frame.sheet ?? []);
  const count = `${written.length} ${written.length === 1 ? 'frame' : 'frames'}`;
  return [...frames, ...(sheet === undefined ? [] : [`${sheet}  ${count}\n`])].join('');
}

/** One frame in the output of `--json`. */
interface Written extends SeriesFrame {
  /** Its own file. */
  readonly file?: string;
  /** The sheet that it is on. */
  readonly sheet?: string;
  readonly doseElectronsPerNm2: number;
  /** Time that the instrument would need for it, s. */
  readonly frameTimeS: number;
}
