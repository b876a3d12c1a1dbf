import type { Command } from 'commander';
import {
  addInstrumentOptions,
  addLimitOptions,
  addSimulationOptions,
  calibrationFileOption,
  limitOption,
  microscopeOption,
} from '../instrument/instrumentOptions.ts';
import {
  type RecalibrateOptions,
  recalibrateOnce,
  simulatedStartUm,
  usualLimits,
} from '../recalibrate/recalibrateOnce.ts';
import {
  callTimeoutOption,
  type NumberRule,
  numberOption,
  numbersOption,
  textOption,
} from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `semfocus recalibrate`: a network learns another instrument, at that instrument. */
export function addRecalibrateCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  const count = (flags: string, text: string, rule: NumberRule) =>
    numberOption(flags, text, { isWhole: true, ...rule });
  command
    .addOption(microscopeOption())
    .addOption(
      textOption(
        '--model <name|file>',
        'network that answers pairs with corrections (semfocus models), or its ONNX file',
      ).makeOptionMandatory(),
    )
    .addOption(
      textOption(
        '--out <folder>',
        'folder of the pairs and of the new network',
      ).makeOptionMandatory(),
    )
    .addOption(calibrationFileOption())
    .addOption(count('--locations <n>', 'places to train on', { from: 2, to: 200 }).default(10))
    .addOption(
      count(
        '--held-out <n>',
        'further places: every other stops the training, every other judges',
        {
          from: 2,
          to: 100,
        },
      ).default(4),
    )
    .addOption(count('--pairs <n>', 'pairs at each place', { from: 2, to: 100 }).default(10))
    .addOption(limitOption('--pitch <um>', 'distance of the places', 'um').default(80))
    .addOption(
      limitOption('--range-wd <um>', 'largest aberration of working distance', 'um').default(20),
    )
    .addOption(
      limitOption('--range-stig <unit>', 'largest aberration of each stigmator').default(5),
    )
    .addOption(
      count('--width <px>', 'columns per frame', { from: 128, to: 32_768, unit: 'px' }).default(
        2048,
      ),
    )
    .addOption(
      count('--height <px>', 'rows per frame', { from: 128, to: 32_768, unit: 'px' }).default(1536),
    )
    .addOption(
      numbersOption('--dwell <ns,..>', 'dwell times; one is drawn for each pair', {
        above: 0,
        unit: 'ns',
      }).default([100, 200], '100,200'),
    )
    .addOption(
      count('--steps <n>', 'maximum training steps', { from: 50, to: 50_000 }).default(2000),
    )
    .addOption(count('--threads <n>', 'threads of the processor', { from: 1, to: 64 }).default(2));
  addLimitOptions(command, {
    workingDistance: `${usualLimits.workingDistanceUm}`,
    stigmator: `${usualLimits.stigmator}`,
  })
    .addOption(
      limitOption('--time-limit <min>', 'stop acquiring after this time; resumable', 'min'),
    )
    .addOption(callTimeoutOption());
  addInstrumentOptions(addSimulationOptions(command))
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Begin in rough focus, within 10 um, over a specimen with structure everywhere.
The command visits the places of a grid around the start. At each it finds focus
by DeepScore with a simplex search of single frames. It draws aberrations about
that focus and keeps a pair of frames at each, TIFF files in --out with a
manifest, pairs.json. Then focus and stage are put back, the beam is blanked and
the microscope is closed. The convolutional layers of the network stay as they
are. Its fully connected layers are trained on the pairs, on the processor.

--out/NAME-recalibrated holds the new network: model.onnx, card.json and
golden.json. The card names the parent, the instrument, the places, the dose and
the held-out errors before and after. The run is resumable: the same command
goes on with the pairs that are there. With all pairs there it asks nothing of
the microscope, so that a further --model is trained on the same pairs.

A guard checks each request, as for semfocus focus. Hardware needs --arm.
--limits names the limits file of an instrument. Aberrations are drawn from
smaller ranges where the limits leave less room.

Exit code 0: the network is written. 1: --time-limit is over. 2: a limit, an
option or the microscope stands against it; the pairs are kept. 130: the run was
interrupted; focus and stage are back, the pairs are kept.

A simulated microscope begins up to ${simulatedStartUm} um off. The seed sets by how much.

Examples:
  semfocus recalibrate --microscope sim:ultraplus --model deepfocus-384 \\
    --out setup-b
  semfocus run demo --preset ultraplus \\
    --model setup-b/deepfocus-384-recalibrated/model.onnx`,
    )
    .action(async (options: RecalibrateOptions) => {
      exit(await recalibrateOnce(options, terminal));
    });
}
