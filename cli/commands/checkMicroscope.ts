import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { readConfigFile } from '../../harness/config/index.ts';
import {
  checkMicroscope,
  type MicroscopeCheck,
  microscopeQuestions,
  usualCheckLimits,
} from '../../harness/conformance/index.ts';
import { calibrationSchema, calibrationValues } from '../../harness/microscope/index.ts';
import { witnessesFor } from '../focus/witnessesFor.ts';
import { guardRules, guardText, type LimitFlags } from '../instrument/guardRules.ts';
import {
  addFrameOptions,
  addInstrumentOptions,
  addLimitOptions,
  addSimulationOptions,
  calibrationFileOption,
  guessOption,
} from '../instrument/instrumentOptions.ts';
import {
  type Instrument,
  type InstrumentFlags,
  withInstrument,
} from '../instrument/openInstrument.ts';
import { microscopeForms } from '../lab/index.ts';
import { checkText } from '../terminal/checkText.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { callTimeoutOption } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface MicroscopeCheckOptions extends Omit<InstrumentFlags, 'microscope'>, LimitFlags {
  readonly width: number;
  readonly height: number;
  readonly pixelSize?: number;
  readonly dwell?: number;
  readonly calibration?: string;
  readonly guess: number;
  readonly callTimeout: number;
  readonly json?: boolean;
}

/** Largest start of a simulated microscope from best focus, um of z, a and b each. */
const simulatedStartUm = 1.5;

/** `semfocus check microscope`: does it keep to the conventions. */
export function addMicroscopeCheck(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  command
    .description('check an actual microscope by small moves')
    .argument('<uri>', microscopeForms)
    .addOption(calibrationFileOption())
    .addOption(guessOption());
  addLimitOptions(addFrameOptions(command, 256), {
    workingDistance: '10',
    stigmator: 'a hundredth of half its range',
  }).addOption(callTimeoutOption());
  addInstrumentOptions(addSimulationOptions(command))
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Begin in rough focus, within a few um, over a specimen with fine structure that
may be lost: about 25 frames are exposed at one place. Each check passes, fails
with what to do, or cannot be told (?), with the reason. At the end working
distance, stigmators and stage are put back and the beam is blanked, also after
an error or Ctrl-C.

All moves lie inside the limits. --limits names the limits file of an
instrument, as for semfocus focus; it can make the limits smaller, never larger.
On a simulated microscope values out of range are asked for too. Hardware needs
--arm.

With a calibration the sizes of the moves that are seen are judged. Without one
their signs and axes are, and --guess says what the convergence angle may be.

Exit code 0: no check failed. 1: a check failed. 130: interrupted, and the
start is back.

Examples:
  semfocus check microscope sim:merlin
  semfocus check microscope sim:merlin~hysteresis=1 --json`,
    )
    .action(async (uri: string, options: MicroscopeCheckOptions) => {
      const flags = { ...options, microscope: uri };
      exit(
        await withInstrument(flags, simulatedStartUm, terminal, (instrument, signal) =>
          check(instrument, flags, signal, terminal),
        ),
      );
    });
}

async function check(
  instrument: Instrument,
  options: MicroscopeCheckOptions & InstrumentFlags,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<number> {
  const { description, microscope, onCall } = instrument;
  const isJson = options.json === true;
  const calibration =
    options.calibration === undefined
      ? instrument.calibration
      : calibrationValues(
          await readConfigFile(calibrationSchema, options.calibration, 'calibration'),
        );
  const rules = await guardRules(options, { needed: usualCheckLimits(description) });
  const guard = guardText(rules, description.parameters.stigmatorX.unit);
  if (!isJson) terminal.out(`${options.microscope}: ${guard}\n\n`);
  const spent = { frames: 0, doseElectronsPerNm2: 0 };
  const checks: MicroscopeCheck[] = [];
  for await (const result of checkMicroscope(microscope, {
    ...rules,
    frame: {
      width: options.width,
      height: options.height,
      pixelSizeNm: options.pixelSize ?? instrument.pixelSizeNm,
      dwellTimeNs: options.dwell ?? instrument.dwellTimeNs,
    },
    callMarginMs: 1e3 * options.callTimeout,
    calibration,
    guessMrad: options.guess,
    witnessesFor,
    wait: async (seconds, call) => {
      // The clock of a simulation goes by its frames.
      if (!description.isSimulated) await wait(1e3 * seconds, undefined, { signal: call });
    },
    signal,
    onCall,
    onFrame: ({ doseElectronsPerNm2 }) => {
      spent.frames += 1;
      spent.doseElectronsPerNm2 += doseElectronsPerNm2;
    },
  })) {
    checks.push(result);
    if (!isJson) terminal.out(checkText(result, microscopeQuestions[result.name]));
  }
  const count = (wanted: MicroscopeCheck['result']) =>
    checks.filter(({ result }) => result === wanted).length;
  const failed = count('failed');
  if (isJson) {
    const document = {
      schema: 1,
      microscope: options.microscope,
      name: description.name,
      passed: failed === 0,
      ...spent,
      checks,
    };
    terminal.out(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const { frames, doseElectronsPerNm2 } = spent;
    terminal.out(
      `\n${options.microscope}: ${count('passed')} checks passed, ${failed} failed, ${count('not-told')} could not be told; ` +
        `${frames} frames, ${doseElectronsPerNm2.toFixed(1)} e/nm².\n`,
    );
  }
  return failed === 0 ? exitCodes.ok : exitCodes.failed;
}
