import { isSemfocusError } from '../../harness/microscope/index.ts';
import { sha256OfFloats } from '../../harness/numeric/index.ts';
import type { Model } from '../card/index.ts';
import { openOnnxModel, type RuntimeParameters } from '../onnx/index.ts';
import type { GoldenSet } from './GoldenSet.ts';
import { goldenInputs } from './goldenInputs.ts';
import type { Runtime } from './makeGoldenSet.ts';

/**
 * - `same`: the file and, within tolerance, its outputs.
 * - `runtime-changed`: the same file answers otherwise: library, processor or settings changed.
 * - `model-changed`: another file; `isWithinTolerance` tells whether it still answers the same.
 * - `inputs-changed`: the frozen inputs are not those of the golden set, or the columns are others;
 *   nothing can be said.
 */
export type ParityVerdict = 'same' | 'runtime-changed' | 'model-changed' | 'inputs-changed';

/** One output column held against the golden set. */
interface ColumnParity {
  readonly column: string;
  /** Largest over the patches, in the unit of the column. */
  readonly difference: number;
  readonly tolerance: number;
  readonly isWithinTolerance: boolean;
}

/** Outcome of {@link checkParity}. */
export interface Parity {
  readonly verdict: ParityVerdict;
  readonly modelSha256: string;
  readonly goldenSha256: string;
  /** True where every output of every column is. */
  readonly isWithinTolerance: boolean;
  /** Empty where the inputs changed, or the network cannot be run any more. */
  readonly columns: readonly ColumnParity[];
  /** Why a changed network cannot be run. */
  readonly failure?: string;
  readonly runtime: Runtime & RuntimeParameters;
  readonly madeWith: GoldenSet['madeWith'];
}

/**
 * Asks a network what its golden set asked, and tells a model that changed from a runtime that did.
 *
 * @param model - As its file is now, with the SHA-256 of its bytes.
 * @throws ModelError if the unchanged file cannot be run.
 */
export async function checkParity(
  model: Model,
  golden: GoldenSet,
  parameters: RuntimeParameters,
  runtime: Runtime,
): Promise<Parity> {
  const common = {
    modelSha256: model.sha256,
    goldenSha256: golden.modelSha256,
    runtime: { ...runtime, ...parameters },
    madeWith: golden.madeWith,
  };
  const inputs = goldenInputs(model.card);
  const isAskedTheSame =
    sha256OfFloats(inputs) === golden.inputSha256 &&
    model.card.output.columns.join() === golden.columns.join();
  if (!isAskedTheSame) {
    return { ...common, verdict: 'inputs-changed', isWithinTolerance: false, columns: [] };
  }
  const isSameModel = model.sha256 === golden.modelSha256;
  let outputs: number[][];
  try {
    outputs = await (await openOnnxModel(model, parameters)).run(inputs);
  } catch (error) {
    // A file that was damaged has changed; one that has not ought to run.
    if (isSameModel || !isSemfocusError(error, 'ModelError')) throw error;
    const failure = error.message;
    return { ...common, verdict: 'model-changed', isWithinTolerance: false, columns: [], failure };
  }
  const columns = golden.columns.map((column, i): ColumnParity => {
    const tolerance = golden.tolerance[i] ?? 0;
    const differences = outputs.map((row, patch) =>
      Math.abs((row[i] ?? Number.NaN) - (golden.outputs[patch]?.[i] ?? Number.NaN)),
    );
    // NaN in, NaN out: no comparison with it is true.
    const difference = Math.max(...differences);
    return { column, difference, tolerance, isWithinTolerance: difference <= tolerance };
  });
  const isWithinTolerance = columns.every((column) => column.isWithinTolerance);
  const verdict = !isSameModel ? 'model-changed' : isWithinTolerance ? 'same' : 'runtime-changed';
  return { ...common, verdict, isWithinTolerance, columns };
}
