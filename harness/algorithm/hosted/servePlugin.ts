import type { Duplex } from 'node:stream';
import {
  type Calibration,
  type Clock,
  type FocusChange,
  type FocusState,
  type FrameRequest,
  isSemfocusError,
  reasonOf,
} from '../../microscope/index.ts';
import { RandomStream } from '../../numeric/index.ts';
import type { AutofocusContext } from '../AutofocusAlgorithm.ts';
import type { AlgorithmPlugin } from '../plugin/index.ts';
import type { Parameters } from '../withDefaults.ts';
import { hostedMicroscope, readFrame } from './hostedMicroscope.ts';
import { PluginChannel } from './PluginChannel.ts';

type PluginAlgorithm = AlgorithmPlugin['algorithms'][number];

/** What a module exports. */
interface Exported {
  readonly [name: string]: unknown;
}

interface Common {
  readonly calibration: Calibration;
  readonly parameters: Parameters;
  readonly seed: number;
}
/** As in the protocol of programs. */
type Message =
  | { readonly do: 'hello'; readonly protocol: number }
  | (Common & { readonly do: 'run'; readonly frame: FrameRequest })
  | (Common & {
      readonly do: 'estimate';
      readonly under: string;
      readonly over: string;
      readonly pixelSizeNm: number;
      readonly perturbationUm: number;
    });

/** The process of a plugin, as far as it is of interest. */
interface PluginProcess {
  /** To semfocus. */
  readonly line: Duplex;
  /** Loads the module, when semfocus asks what it is. */
  readonly load: () => Promise<Exported>;
  /** Of the algorithm that is to run; left out, all are told of. */
  readonly name: string | undefined;
  readonly clock: Clock;
  /** Ends the process, once semfocus has gone. */
  readonly exit: () => void;
}

/**
 * Makes a program of a module: answers for it in the process in which it is loaded, and is all of
 * semfocus that is there.
 *
 * @returns what tells of an error that has escaped the module.
 */
export function servePlugin({ line, load, name, clock, exit }: PluginProcess): {
  readonly fail: (error: unknown) => void;
} {
  let algorithm: PluginAlgorithm | undefined;
  let estimator: ReturnType<
    Extract<PluginAlgorithm, { createEstimator: unknown }>['createEstimator']
  >;

  async function serve(message: Message): Promise<void> {
    switch (message.do) {
      case 'hello': {
        const exported = await load();
        if (name === undefined) return channel.say(announcement(exported));
        algorithm = algorithmsOf(exported).find((one) => one?.name === name);
        if (algorithm === undefined) throw new Error(`it has no algorithm ${name} any more`);
        return channel.say(helloOf(algorithm, message.protocol));
      }
      case 'estimate': {
        const { under, over, pixelSizeNm, perturbationUm, calibration, parameters } = message;
        if (algorithm === undefined || !('createEstimator' in algorithm)) return;
        estimator ??= algorithm.createEstimator(calibration, parameters);
        const pair = { under: readFrame(under), over: readFrame(over) };
        return channel.say(await estimator.estimate({ ...pair, pixelSizeNm, perturbationUm }));
      }
      case 'run':
        return run(message);
    }
  }

  async function run({ frame, calibration, parameters, seed }: Message & { do: 'run' }) {
    if (algorithm === undefined || !('run' in algorithm)) return;
    const context: AutofocusContext = {
      microscope: hosted.microscope,
      ...{ frame, calibration },
      random: new RandomStream(seed, 'algorithm'),
      // Never aborted: the process is ended.
      signal: new AbortController().signal,
      clock,
    };
    for await (const step of algorithm.run(context, parameters)) {
      const { iteration, framesUsed, declined, diagnostics } = step;
      await channel.ask({
        ...{ do: 'step', iteration, framesUsed, declined, diagnostics },
        correction: focusOf(step.correction),
        correctionSd: focusOf(step.correctionSd),
        focus: focusOf(step.focus),
      });
    }
    channel.say({ do: 'end' });
  }

  /** Tells what has gone wrong where semfocus waits for something else. */
  function fail(error: unknown): void {
    const hint = isSemfocusError(error) ? error.hint : hintFor(error);
    channel.say({
      error: reasonOf(error).slice(0, longestReason) || 'an error that says nothing',
      ...(hint !== undefined && { hint }),
      ...(hosted.isRefusal(error) && { isRefusal: true }),
    });
  }

  const channel = new PluginChannel(
    line,
    (message) => {
      serve(message as unknown as Message).catch(fail);
    },
    exit,
  );
  const hosted = hostedMicroscope(channel);
  return { fail };
}

/** Characters. */
const longestReason = 1000;

/** What a module has, for semfocus to judge. */
function announcement(exported: Exported): object {
  const { algorithms } = exported;
  if (!Array.isArray(algorithms)) return { exports: Object.keys(exported) };
  return {
    exports: Object.keys(exported),
    algorithms: algorithms.map((algorithm: unknown) => {
      if (typeof algorithm !== 'object' || algorithm === null) return algorithm;
      const { createEstimator, run, ...described } = algorithm as Exported;
      return {
        ...described,
        ...(createEstimator !== undefined && { createEstimator: typeof createEstimator }),
        ...(run !== undefined && { run: typeof run }),
      };
    }),
  };
}

function algorithmsOf({ algorithms }: Exported): readonly (PluginAlgorithm | undefined)[] {
  return Array.isArray(algorithms) ? algorithms : [];
}

function helloOf(algorithm: PluginAlgorithm, protocol: number): object {
  const { name, version, summary, parameters, files } = algorithm;
  const kind = 'run' in algorithm ? 'free' : 'pair';
  return { protocol, name, version, summary, kind, parameters, files };
}

/** The three parameters and nothing else that an object may carry. */
function focusOf(values: FocusChange | FocusState | undefined): object | undefined {
  if (values === undefined) return undefined;
  const { workingDistanceUm, stigmatorX, stigmatorY } = values;
  return { workingDistanceUm, stigmatorX, stigmatorY };
}

function hintFor(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return 'TypeScript needs Node 22.18 or later; or translate the plugin to JavaScript';
  }
  return undefined;
}
