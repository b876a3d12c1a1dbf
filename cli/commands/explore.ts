import { once } from 'node:events';
import type { Command } from 'commander';
import { type ProbeShape, probeShapes } from '../../harness/microscope/index.ts';
import { presetNamed, presets, specimens } from '../../sim/index.ts';
import { chooseSpecimen, openUserAlgorithms, registryWith } from '../lab/index.ts';
import { exploreOptions, startExploreServer } from '../live/explore/ExploreServer.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import {
  algorithmOption,
  algorithmTimeoutOption,
  modelOption,
  numberOption,
  pluginOption,
  presetOption,
  psfOption,
  specimenPixelSizeOption,
  textOption,
} from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface ExploreCommandOptions {
  readonly preset: string;
  readonly psf?: ProbeShape;
  readonly specimen: string;
  readonly specimenPixelSize: number;
  readonly seed: number;
  readonly model?: string;
  readonly plugin?: string[];
  readonly algorithm?: string[];
  readonly algorithmTimeout: number;
  readonly port: number;
}

/** `semfocus explore`: the virtual microscope in a browser. */
export function addExploreCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  command
    .addOption(presetOption('instrument to begin with'))
    .addOption(psfOption("shape of the probe (default: the preset's)"))
    .addOption(textOption('--specimen <name|file>', 'specimen to begin with').default('tissue'))
    .addOption(specimenPixelSizeOption())
    .addOption(
      numberOption('--seed <n>', 'seed of specimen, noise and start', {
        isWhole: true,
        from: 0,
        to: 1e9,
      }).default(1),
    )
    .addOption(modelOption('network of your own, added to the others'))
    .addOption(pluginOption())
    .addOption(algorithmOption('program of your own, added to the others'))
    .addOption(algorithmTimeoutOption())
    .addOption(
      numberOption('--port <n>', 'port of the page; 0 finds a free one', {
        isWhole: true,
        from: 0,
        to: 65_535,
      }).default(0),
    )
    .addHelpText(
      'after',
      `
Prints the address of a page and serves it until Ctrl-C, on this machine alone
(127.0.0.1). Frames have 768 x 512 px at the preset's pixel size, and fewer of
the same field while a knob turns. Algorithms get whole frames, and the
parameters of the suite demo.

Examples:
  semfocus explore
  semfocus explore --preset merlin-real~coma=0 --specimen tin
  semfocus explore --plugin ./mine.js --specimen micrograph.png`,
    )
    .action(async (options: ExploreCommandOptions) => {
      exit(await explore(options, terminal));
    });
}

async function explore(options: ExploreCommandOptions, terminal: Terminal): Promise<number> {
  const { preset, psf, specimen, specimenPixelSize, seed, model: modelFile } = options;
  await chooseSpecimen(specimen, specimenPixelSize);
  const own = await openUserAlgorithms({
    ...(options.plugin && { plugins: options.plugin }),
    ...(options.algorithm && { algorithms: options.algorithm }),
    timeoutS: options.algorithmTimeout,
  });
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  try {
    const offered = exploreOptions(registryWith(modelFile, own.entries), {
      presets: withNamed(presets, preset, presetNamed(preset).summary),
      specimens: withNamed(specimens, specimen, 'image file'),
      psfs: probeShapes,
    });
    const server = await startExploreServer(
      offered,
      { type: 'choose', preset, ...(psf && { psf }), specimen, seed },
      {
        specimenPixelSizeNm: specimenPixelSize,
        own: own.setup,
        ...(modelFile !== undefined && { modelFile }),
      },
      options.port,
    );
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
    terminal.err(`Virtual microscope: ${server.url} (Ctrl-C ends it)\n`);
    await once(interruption.signal, 'abort');
    await server.close();
    return exitCodes.ok;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    own.close();
  }
}

/** The list with the chosen entry added at its end, unless it is there. */
function withNamed(
  list: readonly { readonly name: string; readonly summary: string }[],
  name: string,
  summary: string,
): readonly { readonly name: string; readonly summary: string }[] {
  return list.some((entry) => entry.name === name) ? list : [...list, { name, summary }];
}
