import { sha256OfFloats } from '../../harness/numeric/index.ts';
import type { Model } from '../card/index.ts';
import { openOnnxModel } from '../onnx/index.ts';
import type { GoldenSet } from './GoldenSet.ts';
import { goldenInputs } from './goldenInputs.ts';

/** Numbers of threads between which the spread is measured; the first gives the outputs. */
const threadCounts = [1, 2, 3] as const;
const spreadHeadroom = 10;
/**
 * Of the largest output of a column. Measured on the shipped networks: without any optimisation of the
 * graph, and with another release of the runtime, outputs move by 5e-7 at most, where this allows 1e-5
 * or more. Other processors may add in another order as well.
 */
const relativeHeadroom = 1e-4;
/** Columns whose outputs are smaller than this (um, units) are measured as if they were this large. */
const leastScale = 0.1;

/** Where the runtime is, as far as outputs may depend on it. */
export type Runtime = Pick<GoldenSet['madeWith'], 'onnxruntime' | 'cpuArchitecture'>;

/**
 * Asks a network for its golden set: on the processor, with one thread and with several.
 *
 * @throws ModelError if it cannot be run.
 */
export async function makeGoldenSet(model: Model, runtime: Runtime): Promise<GoldenSet> {
  const { columns } = model.card.output;
  const inputs = goldenInputs(model.card);
  const executionProvider = 'cpu';
  const answers: number[][][] = [];
  for (const threads of threadCounts) {
    const network = await openOnnxModel(model, { executionProvider, threads });
    answers.push(await network.run(inputs));
  }
  const [outputs = [], ...others] = answers;
  const spread = columns.map((_, column) =>
    Math.max(
      ...others.flatMap((other) =>
        other.map((row, patch) => Math.abs(row[column]! - outputs[patch]![column]!)),
      ),
    ),
  );
  const tolerance = columns.map((_, column) => {
    const largest = Math.max(...outputs.map((row) => Math.abs(row[column]!)));
    return spreadHeadroom * spread[column]! + relativeHeadroom * Math.max(largest, leastScale);
  });
  return {
    schema: 1,
    modelSha256: model.sha256,
    inputSha256: sha256OfFloats(inputs),
    columns: [...columns],
    outputs,
    spread,
    tolerance,
    madeWith: { ...runtime, executionProvider, threads: [...threadCounts] },
  };
}
