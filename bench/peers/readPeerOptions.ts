import { Command, InvalidArgumentError } from 'commander';
import { presets } from '../../sim/index.ts';

export interface PeerOptions {
  readonly trajectories: number;
  readonly iterations: number;
  readonly presets: readonly string[];
  readonly psf: readonly ('gaussian' | 'disc')[];
  readonly dwell: readonly number[];
  readonly perturbation?: number;
  readonly rounds: number;
  readonly seed: number;
  readonly python: string;
  readonly json: boolean;
}

const probes = ['gaussian', 'disc'] as const;

const explanation = `
The package is calibrated by its own procedure first, once per preset and probe. All methods then
meet the same places, starts and noise: 8..12 um, -4..-2 and 2..4 % off, 2048 x 1536 px, 4 patches
of 768 px. Then one patch pair at a time is timed, the methods taking turns, and the optimum is
compared with that of SciPy's L-BFGS-B on the same likelihood.

Needs Python with  pip install mapfost==4.2.1 numpy scipy ; where that is absent it says so and
ends with exit code 0. The defaults take about 6 minutes on an idle core. A preset whose
imperfections a Gaussian probe cannot carry (merlin-real) is run with the disc alone. The seeds of
the suites in harness/experiment/suites are not to be used here: what this shows is tuned on.

Example: npm run bench:peers -- --presets ideal --psf gaussian --trajectories 3 --python venv/bin/python`;

/**
 * @param argv - Without node and script.
 * @throws CommanderError on what is not allowed, after saying so on stderr, and after `--help`.
 */
export function readPeerOptions(argv: readonly string[]): PeerOptions {
  const command = new Command('npm run bench:peers --')
    .description(
      'the published package mapfost 4.2.1 beside our methods on the same simulated pairs',
    )
    .option('--trajectories <n>', 'per condition; 0 for the times alone', whole(0, 1000), 1)
    .option('--iterations <n>', 'per trajectory', whole(1, 20), 4)
    .option('--presets <names>', 'separated by commas', names(presets.map(({ name }) => name)), [
      'ideal',
      'merlin',
      'merlin-real',
    ])
    .option('--psf <shapes>', 'gaussian, disc or both, separated by commas', names(probes), [
      ...probes,
    ])
    .option('--dwell <ns>', 'dwell times, separated by commas', dwellTimes, [200])
    .option(
      '--perturbation <um>',
      'one for all methods; left out: 4 um for the package, our defaults for ours',
      number,
    )
    .option('--rounds <n>', 'of timing; 0 for the trajectories alone', whole(0, 1000), 5)
    .option('--seed <n>', 'of places, starts and noise', whole(0, 2 ** 31), 7311)
    .option('--python <path>', 'interpreter that has the package', 'python3')
    .option('--json', 'one JSON document on stdout', false)
    .addHelpText('after', explanation)
    .exitOverride();
  return command.parse(argv, { from: 'user' }).opts<PeerOptions>();
}

function whole(from: number, to: number) {
  return (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isInteger(value) && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  };
}

function number(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 100) return value;
  throw new InvalidArgumentError('It must be a number above 0 and up to 100 um.');
}

function dwellTimes(text: string): number[] {
  const values = text.split(',').map(Number);
  if (values.every((value) => value > 0 && value <= 1e6)) return values;
  throw new InvalidArgumentError('They must be numbers above 0 and up to 1000000 ns.');
}

function names<T extends string>(allowed: readonly T[]) {
  return (text: string): T[] =>
    text.split(',').map((item) => {
      const name = allowed.find((known) => known === item.trim());
      if (name !== undefined) return name;
      throw new InvalidArgumentError(`It must be of ${allowed.join(', ')}.`);
    });
}
