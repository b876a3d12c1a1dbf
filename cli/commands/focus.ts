import type { Command } from 'commander';
import type { AlgorithmEntry } from '../../harness/algorithm/index.ts';
import { defaultMargins } from '../../harness/record/index.ts';
import { type FocusCommandOptions, focusOnce, simulatedStartUm } from '../focus/focusOnce.ts';
import { chosenEntry, microscopeForms, openUserAlgorithms } from '../lab/index.ts';
import { liveOption } from '../live/server/liveOption.ts';
import {
  algorithmTimeoutOption,
  modelOption,
  numberOption,
  parametersOption,
  pluginOption,
  psfOption,
  specimenPixelSizeOption,
  textOption,
} from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

const sizeOption = (flags: string, description: string) =>
  numberOption(flags, description, { isWhole: true, from: 64, to: 32_768, unit: 'px' });
const limitOption = (flags: string, description: string, unit?: string) =>
  numberOption(flags, description, { above: 0, ...(unit !== undefined && { unit }) });

/** `semfocus focus`: one microscope, one algorithm, once. */
export function addFocusCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  command
    .addOption(textOption('--microscope <uri>', microscopeForms).makeOptionMandatory())
    .addOption(
      textOption(
        '--algorithm <name|exec:command>',
        'known by name (semfocus algorithms), or a program of your own',
      ),
    )
    .addOption(modelOption('network of your own to focus with').conflicts('algorithm'))
    .addOption(pluginOption())
    .addOption(algorithmTimeoutOption())
    .addOption(parametersOption())
    .addOption(
      textOption(
        '--calibration <file>',
        "JSON file of what the algorithm is told, in place of the microscope's own",
      ),
    )
    .addOption(
      numberOption(
        '--iterations <n>',
        'at most (default: 6 for pairs of frames, 40 for searches)',
        {
          isWhole: true,
          from: 1,
          to: 1000,
        },
      ),
    )
    .addOption(
      limitOption('--margin-wd <um>', 'close enough, working distance', 'um').default(
        defaultMargins.workingDistanceUm,
      ),
    )
    .addOption(
      limitOption('--margin-stig <unit>', 'close enough, each stigmator').default(
        defaultMargins.stigmator,
      ),
    )
    .option('--all-iterations', 'go on however sure the algorithm is')
    .addOption(sizeOption('--width <px>', 'columns of a frame').default(1024))
    .addOption(sizeOption('--height <px>', 'rows of a frame').default(768))
    .addOption(limitOption('--pixel-size <nm>', "the microscope's own where left out", 'nm'))
    .addOption(limitOption('--dwell <ns>', "dwell time; the microscope's own where left out", 'ns'))
    .addOption(
      limitOption('--limit-wd <um>', 'farthest from the start, working distance', 'um').default(60),
    )
    .addOption(
      limitOption('--limit-stig <unit>', 'farthest from the start, each stigmator').default(20),
    )
    .addOption(limitOption('--step-limit-wd <um>', 'largest single change; none if left out', 'um'))
    .addOption(limitOption('--step-limit-stig <unit>', 'the same for each stigmator'))
    .addOption(limitOption('--dose-limit <e/nm2>', 'dose that no place may exceed'))
    .option('--dry-run', 'one iteration, say what it would correct, and put the start back')
    .addOption(
      textOption('--specimen <name|file>', 'under a simulated microscope').default('tissue'),
    )
    .addOption(specimenPixelSizeOption())
    .addOption(
      numberOption('--seed <n>', 'of specimen, noise and start of a simulated microscope', {
        isWhole: true,
        from: 0,
      }).default(1),
    )
    .addOption(psfOption("shape of a simulated probe; the preset's own where left out"))
    .addOption(textOption('--log <file>', 'add every call to the microscope, a JSON line each'))
    .addOption(liveOption('look on in a browser, served until Ctrl-C'))
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
It ends when what the algorithm had to correct was inside the margins, and so is
twice the uncertainty that it claims; else after --iterations.

A guard stands between the algorithm and the microscope: what would leave the
limits around the start, or exceed the dose limit, is refused before anything
moves or is exposed. After every set the state is read back, and the run stops
where it is not what was asked for. After an error, a refusal or Ctrl-C the
start is put back. A frame before and one after decide whether the end may stay:
where it is clearly blurrier than the start, the start is put back. In the end
the beam is blanked.

--dry-run lets the algorithm move what it has to move in order to see (pairs of
frames lie on either side of focus), then puts the start back.

Exit code 0: the microscope was left as the algorithm wants it, or the dry run
has an answer. 1: it was not, because the algorithm declined, was refused or
failed, or made things worse. 130: interrupted, the start is back.

A simulated microscope begins up to ${simulatedStartUm} um off, drawn by the seed.

Examples:
  semfocus focus --microscope sim:merlin --algorithm mapfost
  semfocus focus --microscope sim:merlin --algorithm spectral --dose-limit 300
  semfocus focus --microscope sim:merlin --algorithm mapfost --live \\
    --log calls.jsonl
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
        const entry = chosenEntry(own, options.model, (one): one is AlgorithmEntry => true);
        exit(await focusOnce(options, entry, terminal));
      } finally {
        own.close();
      }
    });
}
