import { AlgorithmError, type Calibration } from '../../microscope/index.ts';
import type { ProgramHost } from '../../program/index.ts';
import type { AlgorithmEntry } from '../AlgorithmEntry.ts';
import type { AutofocusContext, AutofocusStep, Json } from '../AutofocusAlgorithm.ts';
import { correctByPairs } from '../correctByPairs.ts';
import { correctionEstimate } from '../estimateAnswer.ts';
import type { PairEstimator, PerturbedPair } from '../PairEstimator.ts';
import { checkedEstimator } from '../pair/index.ts';
import { type Parameters, perturbationUmOf, withDefaults } from '../withDefaults.ts';
import { AlgorithmProgram } from './AlgorithmProgram.ts';
import { correctByProgram } from './correctByProgram.ts';
import { identityOf, type ProgramIdentity } from './inspectProgram.ts';
import type { ProgramSource } from './ProgramSource.ts';
import { seedFrom } from './seedFrom.ts';

/**
 * A program as an algorithm. Every trajectory, and every estimate outside of one, has a process of
 * its own: what one leaves behind, a crash or a cache, cannot change the next, and the order of
 * trajectories changes nothing.
 *
 * @param identity - As {@link inspectProgram} found it. A program that has become another since then
 *   is refused when it is run.
 * @throws ConfigError if it works on pairs and has no perturbation.
 */
export function programEntry(
  source: ProgramSource,
  identity: ProgramIdentity,
  host: ProgramHost,
): AlgorithmEntry {
  const { name, version, summary, kind, parameters: defaults } = identity.hello;
  const parametersFrom = (given?: Json): Parameters => withDefaults(defaults, given, name);
  const start = async (signal?: AbortSignal): Promise<AlgorithmProgram> => {
    const program = await AlgorithmProgram.start(source, host, signal);
    try {
      assertSame(identity, identityOf(program, source), program.title);
      return program;
    } catch (error) {
      await program.close();
      throw error;
    }
  };
  async function* run(
    context: AutofocusContext,
    parameters: Parameters,
  ): AsyncGenerator<AutofocusStep, void, void> {
    const program = await start(context.signal);
    try {
      if (kind === 'free') {
        yield* correctByProgram(context, program, parameters);
        return;
      }
      const estimator: PairEstimator = {
        estimate: (pair) =>
          askForEstimate(program, pair, context.calibration, parameters, seedFrom(context)),
      };
      yield* correctByPairs(context, estimator, perturbationUmOf(parameters, name));
    } catch (error) {
      context.signal.throwIfAborted();
      throw error;
    } finally {
      await program.close();
    }
  }
  const entry: AlgorithmEntry = {
    name,
    summary: summary === '' ? 'a program of your own' : summary,
    sourceSha256: identity.sha256,
    create: (given) => {
      const parameters = parametersFrom(given);
      if (kind === 'pair') perturbationUmOf(parameters, name);
      return { name, version, parameters, run: (context) => run(context, parameters) };
    },
  };
  if (kind === 'free') return entry;
  perturbationUmOf(defaults, name);
  return {
    ...entry,
    createEstimator: (calibration, given) => {
      const parameters = parametersFrom(given);
      return checkedEstimator(
        {
          async estimate(pair) {
            const program = await start();
            try {
              return await askForEstimate(program, pair, calibration, parameters, 0);
            } finally {
              await program.close();
            }
          },
        },
        calibration,
      );
    },
    perturbationFor: (_calibration, _pixelSizeNm, given) =>
      perturbationUmOf(parametersFrom(given), name),
  };
}

async function askForEstimate(
  program: AlgorithmProgram,
  { under, over, pixelSizeNm, perturbationUm }: PerturbedPair,
  calibration: Calibration,
  parameters: Parameters,
  seed: number,
): ReturnType<PairEstimator['estimate']> {
  const [underFile = '', overFile = ''] = await program.writeFrames([under, over]);
  const answer = await program.ask({
    do: 'estimate',
    under: underFile,
    over: overFile,
    pixelSizeNm,
    perturbationUm,
    calibration: { ...calibration },
    parameters,
    seed,
  });
  return correctionEstimate(answer, calibration, program.title);
}

function assertSame(planned: ProgramIdentity, found: ProgramIdentity, title: string): void {
  const text = ({ hello: { files: _, ...hello }, sha256 }: ProgramIdentity) =>
    JSON.stringify([Object.entries(hello).sort(([p], [q]) => (p < q ? -1 : 1)), sha256]);
  if (text(planned) === text(found)) return;
  const what = planned.sha256 === found.sha256 ? 'answers hello otherwise' : 'its files are others';
  throw new AlgorithmError(`${title} has changed since the run was planned: ${what}`, {
    hint: 'run the same command again',
  });
}
