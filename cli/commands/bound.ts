import type { Command } from 'commander';
import { type BoundOptions, boundLadders } from '../bound/boundLadders.ts';
import { boundHeading, ladderJson, ladderTable } from '../bound/boundText.ts';
import {
  numberOption,
  numbersOption,
  presetOption,
  psfOption,
  seedOption,
  specimenPixelSizeOption,
  textOption,
} from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The dose ladder of the benchmark, electrons per nm2 and frame. */
const usualDoses = [1, 2, 5, 10, 19, 37, 75];

/** `semfocus bound`: the smallest standard deviations of an unbiased estimate from a pair of frames. */
export function addBoundCommand(command: Command, terminal: Terminal): void {
  command
    .addOption(presetOption('instrument'))
    .addOption(psfOption("shape of the probe (default: the preset's)"))
    .addOption(
      textOption('--specimen <name|file>', 'specimen, or PNG or TIFF of one').default('tissue'),
    )
    .addOption(specimenPixelSizeOption())
    .addOption(seedOption('seed of the specimen').default(1))
    .addOption(sizeOption('--width <px>', 'columns of a frame', 32_768).default(2048))
    .addOption(sizeOption('--height <px>', 'rows of a frame', 32_768).default(1536))
    .addOption(
      numberOption('--pixel-size <nm>', "pixel size (default: the preset's)", { above: 0 }),
    )
    .addOption(sizeOption('--patch-side <px>', 'side of a square patch', 4096).default(768))
    .addOption(
      numberOption('--patches <n>', 'patches side by side in a frame', {
        isWhole: true,
        from: 1,
      }).default(4),
    )
    .addOption(
      numbersOption('--dose <e/nm2,...>', 'electrons per nm2 in each of the two frames', {
        above: 0,
      }).default(usualDoses, usualDoses.join(',')),
    )
    .addOption(
      numbersOption('--dwell <ns,...>', 'dwell times, ns, in place of doses', {
        above: 0,
      }).conflicts('dose'),
    )
    .addOption(
      numberOption('--perturbation <um>', 'half the difference of the two working distances', {
        from: 0.1,
        to: 100,
        unit: 'um',
      }).default(5),
    )
    .addOption(
      numberOption('--wd <um>', 'working distance midway between the frames, minus best focus', {
        from: -200,
        to: 200,
        unit: 'um',
      }).default(0),
    )
    .addOption(numberOption('--stig-x <unit>', 'stigmator x minus best setting').default(0))
    .addOption(numberOption('--stig-y <unit>', 'stigmator y minus best setting').default(0))
    .addOption(numberOption('--stage-x <um>', 'place on the specimen').default(0))
    .addOption(numberOption('--stage-y <um>', 'place on the specimen').default(0))
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Prints the smallest standard deviations of an unbiased estimate from one pair of
frames: for one patch, for all patches, for the whole frame. They hold for a
Gaussian random field with the specimen's own spectrum, a plain probe (a disc
if the shape is wave) and white shot noise. "known": the estimator is given the
spectrum and the gain between the frames. "unknown": it must find both.
The last line of each part is the lowest dose, in electrons per nm2 and frame,
at which all three are inside the margins of 1 um and 0.25 stigmator units.

Examples:
  semfocus bound --psf disc --patches 10 --patch-side 384
  semfocus bound --specimen tin --dwell 50,100,200 --wd 5 --stig-x 1
  semfocus bound --width 1024 --height 768 --patches 1 --perturbation 4 --json`,
    )
    .action((options: BoundOptions) => bound(options, terminal));
}

function sizeOption(flags: string, description: string, to: number) {
  return numberOption(flags, description, { isWhole: true, from: 16, to, unit: 'px' });
}

async function bound(options: BoundOptions, terminal: Terminal): Promise<void> {
  const { about, ladders } = await boundLadders(options, terminal);
  terminal.out(
    options.json === true
      ? `${JSON.stringify({ ...about, areas: ladders.map(ladderJson) }, null, 2)}\n`
      : `${boundHeading(about)}\n${ladders.map(ladderTable).join('\n')}`,
  );
}
