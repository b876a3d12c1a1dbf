import { join } from 'node:path';
import type { AutofocusAlgorithm } from '../../harness/algorithm/index.ts';
import { unknownName } from '../../harness/config/index.ts';
import { openSession } from '../../harness/focusing/index.ts';
import { type FocusLimits, thenRestore } from '../../harness/microscope/index.ts';
import { HeadRecalibration, type Model, runtimeParametersSchema } from '../../models/index.ts';
import { calibrationFor } from '../instrument/calibrationFor.ts';
import { guardRules, guardText, type LimitFlags } from '../instrument/guardRules.ts';
import { type InstrumentFlags, withInstrument } from '../instrument/openInstrument.ts';
import { models, readModel, registry } from '../lab/index.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { interruptible } from '../terminal/interruptible.ts';
import { type Progress, progressBar } from '../terminal/progressBar.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { acquirePairs, pairsMissing } from './acquirePairs.ts';
import { assertSame, PairsFolder } from './PairsFolder.ts';
import type { PairSettings, PairsManifest } from './pairsSchema.ts';
import { recalibrationText } from './recalibrationText.ts';
import { recalibratedName, trainNetwork } from './trainNetwork.ts';
import { writeNetwork } from './writeNetwork.ts';

/** What `semfocus recalibrate` is asked for. */
export interface RecalibrateOptions extends InstrumentFlags, LimitFlags {
  readonly model: string;
  readonly out: string;
  readonly calibration?: string;
  readonly locations: number;
  readonly heldOut: number;
  readonly pairs: number;
  readonly pitch: number;
  readonly rangeWd: number;
  readonly rangeStig: number;
  readonly width: number;
  readonly height: number;
  readonly dwell: number[];
  readonly steps: number;
  readonly threads: number;
  readonly timeLimit?: number;
  readonly callTimeout: number;
  readonly json?: boolean;
}

/** How well a simulated microscope has been focused before, um of z, a and b each. */
export const simulatedStartUm = 5;
/** How far focus may go where neither option nor limits file says otherwise. */
export const usualLimits: FocusLimits = { workingDistanceUm: 60, stigmator: 20 };
/** What finds focus: knows no directions, so that it works on any instrument. */
const searchName = 'deepscore-512';

/**
 * Acquires pairs as far as they are not there, trains a network on them, writes it and says how good it is.
 *
 * @param search - Finds focus, where not as usual.
 * @returns the exit code.
 */
export async function recalibrateOnce(
  options: RecalibrateOptions,
  terminal: Terminal,
  search: AutofocusAlgorithm = usualSearch(options),
): Promise<number> {
  const model = modelNamed(options.model);
  // What cannot be trained is refused before a specimen is exposed for it.
  await HeadRecalibration.open(model, runtimeParametersSchema.parse({ threads: options.threads }));
  const folder = await PairsFolder.open(options.out, (message) => terminal.err(`${message}\n`));
  try {
    if (!isComplete(folder.manifest, options, model)) {
      const code = await acquire(options, model, { folder, search, terminal });
      if (code !== exitCodes.ok) return code;
    }
    const out = join(options.out, recalibratedName(model.card.name));
    return await interruptible((signal) =>
      train(options, { model, out, folder, terminal, signal }),
    );
  } finally {
    await folder.close();
  }
}

/** A network by its name, or by the path of its file. */
function modelNamed(text: string): Model {
  if (/[/\\.]/.test(text)) return readModel(text);
  const model = models.find(({ card }) => card.name === text);
  if (model !== undefined) return model;
  const names = models.map(({ card }) => card.name);
  throw unknownName(
    '--model',
    text,
    names,
    'the path of an ONNX file with its card.json beside it',
  );
}

function usualSearch({ threads }: RecalibrateOptions): AutofocusAlgorithm {
  const entry = registry.algorithms.get(searchName);
  if (entry === undefined) throw new TypeError(`${searchName} does not come with the project`);
  // A restart takes a third more frames at every place; what recalibration reaches was measured without.
  return entry.create({ threads, restarts: 0 });
}

type Asked = Omit<PairSettings, 'instrument'>;

function askedFor(options: RecalibrateOptions, { card }: Model): Asked {
  const { width, height, dwell, locations, heldOut, pairs, pitch, seed } = options;
  return {
    ...{ width, height, dwellTimesNs: dwell, locations, heldOut, pairs, pitchUm: pitch, seed },
    pixelSizeNm: card.pixelSizeNm,
    perturbationUm: card.perturbationUm,
    rangeWorkingDistanceUm: options.rangeWd,
    rangeStigmator: options.rangeStig,
  };
}

/** True if there is nothing to be asked of the instrument any more. */
function isComplete(
  manifest: PairsManifest | undefined,
  options: RecalibrateOptions,
  model: Model,
): boolean {
  if (manifest === undefined) return false;
  const { instrument } = manifest.settings;
  assertSame(manifest.settings, { ...askedFor(options, model), instrument }, options.out);
  return pairsMissing(manifest) === 0;
}

interface Acquiring {
  readonly folder: PairsFolder;
  readonly search: AutofocusAlgorithm;
  readonly terminal: Terminal;
}

async function acquire(
  options: RecalibrateOptions,
  model: Model,
  { folder, search, terminal }: Acquiring,
): Promise<number> {
  const rules = await guardRules(options, { usual: usualLimits });
  return withInstrument(options, simulatedStartUm, terminal, async (instrument, signal) => {
    const calibration = await calibrationFor(instrument, options.calibration);
    const { name, parameters } = instrument.description;
    const settings = { ...askedFor(options, model), instrument: name };
    const session = await openSession(instrument.microscope, {
      ...rules,
      callMarginMs: 1e3 * options.callTimeout,
      signal,
      onCall: instrument.onCall,
      onFrame: () => instrument.sayRemarks(),
    });
    terminal.err(`${guardText(rules, parameters.stigmatorX.unit)}\n`);
    const startMs = performance.now();
    const limitMs = 60e3 * (options.timeLimit ?? Number.POSITIVE_INFINITY);
    let bar: Progress | undefined;
    const isDone = await thenRestore(session, () =>
      acquirePairs(session, folder, {
        ...{ settings, calibration, rules, search, signal },
        progress: {
          begin(total, kept) {
            bar = progressBar(terminal, 'pairs', total);
            bar.advance(kept);
          },
          pair: () => bar?.advance(1),
          note: (text) => bar?.advance(0, text),
        },
        isOver: () => performance.now() - startMs > limitMs,
      }).finally(() => bar?.end()),
    );
    if (isDone) return exitCodes.ok;
    terminal.err(
      `--time-limit of ${options.timeLimit} min is over: ${folder.manifest?.pairs.length ?? 0} pairs are kept in ${options.out}. Run the same command again to go on\n`,
    );
    return exitCodes.failed;
  });
}

async function train(
  { steps, threads, json }: RecalibrateOptions,
  {
    model,
    out,
    folder,
    terminal,
    signal,
  }: {
    readonly model: Model;
    readonly out: string;
    readonly folder: PairsFolder;
    readonly terminal: Terminal;
    readonly signal: AbortSignal;
  },
): Promise<number> {
  const { manifest } = folder;
  if (manifest === undefined) throw new TypeError('there are no pairs');
  try {
    const { network } = await trainNetwork(folder, manifest, {
      ...{ model, out, steps, threads, signal, terminal },
    });
    await writeNetwork(network, out);
    terminal.out(
      json === true
        ? `${JSON.stringify({ model: network.path, card: network.card }, null, 2)}\n`
        : recalibrationText(network),
    );
    return exitCodes.ok;
  } catch (error) {
    if (error !== signal.reason || !signal.aborted) throw error;
    terminal.err(
      `interrupted: the pairs are kept in ${folder.folder}; run the same command again\n`,
    );
    return exitCodes.interrupted;
  }
}
