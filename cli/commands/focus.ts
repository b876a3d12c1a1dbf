import type { Command } from 'commander';
import type { AlgorithmEntry } from '../../harness/algorithm/index.ts';
import { defaultMargins } from '../../harness/record/index.ts';
import { type FocusCommandOptions, focusOnce } from '../focus/focusOnce.ts';
import {
  addFrameOptions,
  addInstrumentOptions,
  addLimitOptions,
  addSimulationOptions,
  calibrationFileOption,
  limitOption,
  microscopeOption,
} from '../instrument/instrumentOptions.ts';
import { simulatedStartUm, usualLimits } from '../instrument/usualLimits.ts';
import { chosenEntry, openUserAlgorithms } from '../lab/index.ts';
import { liveOption } from '../live/server/liveOption.ts';
import {
  algorithmTimeoutOption,
  callTimeoutOption,
  modelOption,
  numberOption,
  parametersOption,
  pluginOption,
  recordOption,
  textOption,
} from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `semfocus focus`: one microscope, one algorithm, once. */
export function addFocusCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  command
    .addOption(microscopeOption())
    .addOption(
      textOption(
        '--algorithm <name|exec:command>',
        'a name (semfocus algorithms lists them), or your own program',
      ),
    )
    .addOption(modelOption('your own network').conflicts('algorithm'))
    .addOption(pluginOption())
    .addOption(algorithmTimeoutOption())
    .addOption(parametersOption())
    .addOption(calibrationFileOption())
    .addOption(
      numberOption(
        '--iterations <n>',
        'maximum number (default: 6 for pairs of frames, 40 for searches)',
        {
          isWhole: true,
          from: 1,
          to: 1000,
        },
      ),
    )
    .addOption(
      limitOption('--margin-wd <um>', 'working-distance error that is small enough', 'um').default(
        defaultMargins.workingDistanceUm,
      ),
    )
    .addOption(
      limitOption('--margin-stig <unit>', 'error of each stigmator that is small enough').default(
        defaultMargins.stigmator,
      ),
    )
    .option('--all-iterations', 'do not stop when the algorithm reports success');
  addLimitOptions(addFrameOptions(command, 64), {
    workingDistance: `${usualLimits.workingDistanceUm}`,
    stigmator: `${usualLimits.stigmator}`,
  })
    .addOption(callTimeoutOption())
    .option('--dry-run', 'run one iteration, print its correction, put the start back');
  addInstrumentOptions(addSimulationOptions(command))
    .addOption(recordOption())
    .addOption(liveOption('show the run in a browser until Ctrl-C'))
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
The run stops when two numbers are inside the margins: the last correction, and
2 times the uncertainty that the algorithm reports. It stops after --iterations
at the latest.

A guard checks each request. It refuses a state outside the limits and a frame
above the dose limit before the microscope moves or exposes. The state is read
back after each change. The run stops if it differs from the request, if a call
is not answered in time, or if a frame is black, saturated, cut off, of a wrong
size or not exposed anew. The start is put back after an error, a refusal or
Ctrl-C. One frame before the run and one after it are compared. The start is
put back if the second is clearly blurrier. One more frame then shows whether
the start is back. The beam is blanked at the end.

Success needs two witnesses. The algorithm has to report it, with an
uncertainty. The last frame has to be sharper than the two before it, one under
and one over it, and by as much as their distance says.

--dry-run still moves the microscope: a pair needs one frame on each side of
focus. The start is put back afterwards. It exposes one more frame before the
pair and one after it.

Exit code 0: the microscope is in focus by both witnesses, or the dry run has
printed its correction. 1: focus is not confirmed, or the algorithm declined,
was refused, failed, or made the image blurrier. 130: the run was interrupted
and the start is back.

--record keeps the frames with a manifest, series.json. replay:DIR/series.json
plays them: a frame is the recorded one of the nearest state, and how near is
said. A day at the instrument so becomes a regression test. If a frame cannot be
written, the start is put back and the exit code is 2.

Hardware needs --arm, for --dry-run too. --limits names a file that holds the
limits of an instrument; an option on the command line wins over it:
  { "schema": 1, "fromStart": { "workingDistanceUm": 30, "stigmator": 5 },
    "step": { "workingDistanceUm": 20 }, "doseElectronsPerNm2": 300 }

A simulated microscope starts up to ${simulatedStartUm} um out of focus. The seed sets it.

Examples:
  semfocus focus --microscope sim:merlin --algorithm mapfost
  semfocus focus --microscope sim:merlin --algorithm spectral --dose-limit 300
  semfocus focus --microscope sim:merlin --algorithm mapfost --live \\
    --log calls.jsonl
  semfocus focus --microscope sim:merlin --algorithm mapfost --record day-one
  semfocus focus --microscope replay:day-one/series.json --algorithm spectral
  semfocus focus --microscope sim:random:17 --calibration random-17.json \\
    --algorithm deepfocus-spectral-384 --dry-run --json`,
    )
    .action(async (options: FocusCommandOptions) => {
      const own = await openUserAlgorithms({
        ...(options.plugin && { plugins: options.plugin }),
        ...(options.algorithm !== undefined && { algorithms: [options.algorithm] }),
        timeoutS: options.algorithmTimeout,
      });
      try {
        const entry = chosenEntry(own, options.model, (_one): _one is AlgorithmEntry => true);
        exit(await focusOnce(options, entry, terminal));
      } finally {
        own.close();
      }
    });
}
