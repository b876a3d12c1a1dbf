import type { Command } from 'commander';
import { suiteSets } from '../../harness/experiment/suite/index.ts';
import { addInstrumentOptions } from '../instrument/instrumentOptions.ts';
import { microscopeForms } from '../lab/index.ts';
import { liveOption } from '../live/server/liveOption.ts';
import { assertOptions } from '../run/instrument/assertOptions.ts';
import { usualReference } from '../run/instrument/planOnInstrument.ts';
import { type InstrumentRunFlags, runOnInstrument } from '../run/instrument/runOnInstrument.ts';
import { addPlanOptions } from '../run/planFrom.ts';
import { runSet } from '../run/runSet.ts';
import { runSimulated, type SimulatedRunFlags } from '../run/runSimulated.ts';
import {
  callTimeoutOption,
  namesOption,
  numberOption,
  recordOption,
  shardOption,
  textOption,
} from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

type RunOptions = SimulatedRunFlags &
  Omit<InstrumentRunFlags, 'microscope'> & { readonly microscope?: string };

/** `semfocus run`: a suite from plan to report. */
export function addRunCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  addPlanOptions(command)
    .addOption(shardOption())
    .addOption(
      textOption('--out <folder>', 'folder of records and report (default: results/<suite>)'),
    )
    .addOption(textOption('--name <text>', 'what reports call the run, e.g. a release'))
    .addOption(namesOption('--tags <word,...>', 'words that tell what the run is for'))
    .addOption(
      numberOption('--workers <n>', 'trajectories at once (default: one per core)', {
        isWhole: true,
        from: 1,
        to: 256,
      }),
    )
    .addOption(
      numberOption('--timeout <s>', 'stop a trajectory that takes longer', {
        from: 1,
        to: 1e6,
      }).default(1800),
    )
    .addOption(
      textOption(
        '--cache <folder>',
        'keep what is drawn of the specimens there for other runs, up to 4 GB',
      ),
    )
    .option(
      '--timing',
      'one trajectory at a time, after a warm-up, algorithms in turns: for valid times',
    )
    .addOption(liveOption('show the progress of the run on a page of this machine'))
    .option('--retry-failed', 'repeat trajectories that ended with an error or a timeout')
    .option('--force', 'replace the results that the folder holds')
    .option('--json', 'print the summary as one JSON document')
    .option('--open', 'show the report in the browser at the end')
    .addOption(
      textOption(
        '--microscope <uri>',
        `run on a microscope, not in the simulator: ${microscopeForms}`,
      ),
    )
    .addOption(
      textOption(
        '--reference <name>',
        `with --microscope: method that focuses before and after each trajectory (default: ${usualReference})`,
      ),
    )
    .addOption(callTimeoutOption());
  addInstrumentOptions(command)
    .addOption(recordOption())
    .option(
      '--dry-run',
      'with --microscope: print frames, doses and times; move and expose nothing',
    )
    .addHelpText(
      'after',
      `
After Ctrl-C the same command goes on with the folder. The exit code is 0 if the
run is complete, 130 if it was interrupted, 3 if every trajectory of one
algorithm ended with an error.

--microscope runs the same trajectories on one microscope, one at a time. Its
true focus is not known. The method of --reference therefore focuses before and
after each trajectory, and residuals are distances from the middle of the two.
Half of the drift between them and the uncertainty of the method are stored and
reported. Starts are counted from the reference. The stage drives to the places;
if it cannot be moved, all trajectories are at one place. The suite's presets,
probes and specimens do not apply. The guard of semfocus focus is on; --limits
names its limits and the dose budget of a place. Hardware needs --arm, for
--dry-run too. The start is put back and the beam is blanked at the end, after
an error (exit code 2) and after Ctrl-C. The same command then goes on. A report
of this run and of a simulated one compares them:
semfocus report MEASURED SIMULATED.

--live prints the address of a page that shows the run: frames as they arrive,
each state on its way to the margins, outcomes, time left. The run does not wait
for a browser.

article is a set of suites: each goes into a folder of its own below --out, and
article.html sets the figures and tables of the article beside them.

Examples:
  semfocus run demo
  semfocus run article
  semfocus run figure-5 --algorithms mapfost --psf disc --out results/disc
  semfocus run figure-5 --model candidate/model.onnx --out results/candidate
  semfocus run figure-5 --algorithms mapfost --algorithm exec:'python3 mine.py'
  semfocus run figure-5 --plugin ./mine.js --out results/mine
  semfocus run demo --specimen micrograph.png --specimen-pixel-size 10
  semfocus run figure-5 --shard 3/7 --out results/shared
  semfocus run figure-5 --live
  semfocus run figure-5 --microscope sim:merlin --dry-run
  semfocus run figure-5 --microscope http://127.0.0.1:8001 --arm \\
    --limits merlin.json --calibration merlin-calibration.json`,
    )
    .action(async (suite: string, options: RunOptions) => {
      const set = suiteSets.find(({ name }) => name === suite);
      if (set !== undefined) return exit(await runSet(set, command, options, terminal));
      const { microscope } = options;
      assertOptions(command, microscope);
      exit(
        microscope === undefined
          ? await runSimulated(suite, options, terminal)
          : await runOnInstrument(suite, { ...options, microscope }, terminal),
      );
    });
}
