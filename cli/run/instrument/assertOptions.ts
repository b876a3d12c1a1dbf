import type { Command } from 'commander';
import { ConfigError } from '../../../harness/microscope/index.ts';

/** Options that need an instrument, and why else they mean nothing. */
const ofInstrument: Readonly<Record<string, string>> = {
  arm: 'a simulation needs no leave',
  limits: 'a simulation has the limits of its suite',
  log: 'the calls to a simulation are not logged',
  record: 'a simulated run can be computed again from its seeds at any time',
  reference: 'a simulation knows the truth',
  callTimeout: 'a simulation answers at once',
  dryRun: 'semfocus plan says what a simulated run takes',
};

/** Options of simulations, and what there is in their place. */
const ofSimulation: Readonly<Record<string, string>> = {
  workers: 'one microscope exposes one frame at a time',
  cache: 'what lies under the microscope is drawn once',
  shard: 'one microscope runs the whole plan',
  preset: 'the microscope is the instrument',
  timing: 'trajectories run one at a time anyway, and a warm-up would expose the specimen',
};

/** Options of a simulated microscope. */
const ofSimulated: Readonly<Record<string, string>> = {
  specimen: 'what lies under the microscope is as it is',
  specimenPixelSize: 'what lies under the microscope is as it is',
  psf: 'the probe of the microscope is as it is',
};

/**
 * Refuses options that would have no effect.
 *
 * @param microscope - `--microscope`.
 * @throws ConfigError naming the option and the reason.
 */
export function assertOptions(command: Command, microscope: string | undefined): void {
  if (microscope === undefined) {
    refuse(command, ofInstrument, 'must come with --microscope');
    return;
  }
  refuse(command, ofSimulation, 'must be left out with --microscope');
  if (!microscope.startsWith('sim:')) {
    refuse(command, ofSimulated, 'must be left out unless --microscope is sim:PRESET');
  }
}

function refuse(command: Command, refused: Readonly<Record<string, string>>, rule: string): void {
  for (const { long, attributeName } of command.options.map((option) => ({
    long: option.long,
    attributeName: option.attributeName(),
  }))) {
    const reason = refused[attributeName];
    if (reason === undefined || command.getOptionValueSource(attributeName) !== 'cli') continue;
    throw new ConfigError(`${long} ${rule}: ${reason}`);
  }
}
