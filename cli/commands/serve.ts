import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { Command } from 'commander';
import { ConfigError, reasonOf } from '../../harness/microscope/index.ts';
import { guardRules, type LimitFlags } from '../instrument/guardRules.ts';
import {
  addInstrumentOptions,
  addSimulationOptions,
  doseLimitOption,
  microscopeOption,
} from '../instrument/instrumentOptions.ts';
import { type InstrumentFlags, openInstrument } from '../instrument/openInstrument.ts';
import { simulatedStartUm } from '../instrument/usualLimits.ts';
import { MicroscopeServer } from '../serve/MicroscopeServer.ts';
import { ServedMicroscope } from '../serve/ServedMicroscope.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { interruptible } from '../terminal/interruptible.ts';
import { numberOption, textOption } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface ServeOptions extends InstrumentFlags, LimitFlags {
  readonly host: string;
  readonly port: number;
  readonly tokenFile?: string;
}

/** `semfocus serve`: any microscope over HTTP. */
export function addServeCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  command
    .addOption(microscopeOption())
    .addOption(textOption('--host <address>', 'address to listen on').default('127.0.0.1'))
    .addOption(
      numberOption('--port <n>', 'port to listen on; 0 finds a free one', {
        isWhole: true,
        from: 0,
        to: 65_535,
      }).default(8001),
    )
    .addOption(
      textOption('--token-file <file>', 'file with the token that each request must carry'),
    )
    .addOption(
      numberOption(
        '--limit-wd <um>',
        'maximum working-distance change from the start; the range of the instrument if left out',
        { above: 0, unit: 'um' },
      ),
    )
    .addOption(numberOption('--limit-stig <unit>', 'the same for each stigmator', { above: 0 }))
    .addOption(doseLimitOption());
  addInstrumentOptions(addSimulationOptions(command))
    .addHelpText(
      'after',
      `
Serves a microscope over HTTP and JSON until Ctrl-C, with the routes of
fibsem-os and more (docs/wire.md). GET /openapi.json describes them. Units are
SI.

One command is in flight at a time. Another one gets 409. The server refuses
what is outside the ranges of the instrument and its own limits. A client that
is lost in the midst of a command has it aborted. The beam is then blanked. A
client of semfocus that is lost at any time has its start put back as well.
Ctrl-C does the same. Hardware needs --arm. --limits names a file with the
limits of an instrument.

The server listens on this machine alone. Any other --host needs --token-file.
The token has at least 16 characters. Clients send Authorization: Bearer TOKEN;
semfocus reads it from the environment variable SEMFOCUS_TOKEN.

A simulated microscope starts up to ${simulatedStartUm} um out of focus. The seed sets it.

Examples:
  semfocus serve --microscope sim:merlin
  semfocus focus --microscope http://127.0.0.1:8001 --algorithm mapfost
  semfocus serve --microscope sim:merlin --host 0.0.0.0 --token-file token.txt
  curl --json '{"value": 0.0045}' http://127.0.0.1:8001/working_distance/set
  curl --json '{}' -o frame.tif http://127.0.0.1:8001/acquire_image`,
    )
    .action(async (options: ServeOptions) => {
      exit(await serve(options, terminal));
    });
}

async function serve(options: ServeOptions, terminal: Terminal): Promise<number> {
  const { host, port, tokenFile } = options;
  const token = tokenFile === undefined ? undefined : await readToken(tokenFile);
  if (token === undefined && !isLoopback(host)) {
    throw new ConfigError(`--host ${host} can be reached from other machines and needs a token`, {
      hint: 'make one: openssl rand -hex 32 > token.txt; then --token-file token.txt',
    });
  }
  const rules = await guardRules(options, { usual: noLimits });
  const instrument = await openInstrument(options, simulatedStartUm, terminal);
  try {
    const served = await ServedMicroscope.open(instrument, {
      ...rules,
      onTrouble: (message) => terminal.err(`${message}\n`),
      onCall: instrument.onCall,
    });
    await interruptible(
      async (signal) => {
        const server = await MicroscopeServer.start(served, {
          host,
          port,
          ...(token !== undefined && { token }),
        });
        terminal.err(`${options.microscope} at ${server.url} (Ctrl-C ends it)\n`);
        if (!signal.aborted) await once(signal, 'abort');
        await server.close();
      },
      { hangUp: true },
    );
  } finally {
    await instrument.close();
  }
  return exitCodes.ok;
}

const noLimits = { workingDistanceUm: Infinity, stigmator: Infinity };

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** As many characters as cannot be guessed. */
const shortestToken = 16;

async function readToken(path: string): Promise<string> {
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new ConfigError(`cannot read the token file ${path}: ${reasonOf(cause)}`, { cause });
  }
  if (text.length >= shortestToken && /^[\x21-\x7e]+$/.test(text)) return text;
  throw new ConfigError(
    `${path} must hold one word of at least ${shortestToken} ASCII characters`,
    { hint: 'make one: openssl rand -hex 32 > token.txt' },
  );
}
