import type { InferenceSession } from 'onnxruntime-node';
import { ModelError } from '../../harness/microscope/index.ts';
import { type ModelCard, outputColumns } from '../card/index.ts';
import { createSession, declaredText } from './createSession.ts';

/** The part of a card that an ONNX file tells by itself. */
export interface NetworkShape extends Pick<ModelCard, 'output' | 'patchSidePx'> {
  readonly input: Pick<ModelCard['input'], 'name' | 'framesPerPatch'>;
}

/**
 * What goes into a network and what comes out of it. Each list of columns that a card may name has a
 * length of its own.
 *
 * @param path - What people know it by, for messages.
 * @throws ModelError if the file cannot be loaded, or is no network that a card could describe.
 */
export async function networkShape(path: string, bytes: Uint8Array): Promise<NetworkShape> {
  const session = await createSession(path, bytes, { executionProvider: 'cpu', threads: 1 });
  const [input, output] = [session.inputMetadata, session.outputMetadata];
  const [framesPerPatch, patchSidePx, otherSidePx, ...further] = sizesOf(input);
  const [width = 0, ...more] = sizesOf(output);
  const columns = Object.values(outputColumns).find(({ length }) => length === width);
  if (
    (framesPerPatch !== 1 && framesPerPatch !== 2) ||
    patchSidePx === undefined ||
    patchSidePx !== otherSidePx ||
    columns === undefined ||
    further.length + more.length > 0
  ) {
    throw new ModelError(
      `${path} must have one input, float32 [patches, 1 or 2, side, side], and one output, float32 [patches, 2, 3, 4 or 6]. Found ${declaredText(input)} and ${declaredText(output)}`,
      { hint: 'export the network with a free first axis' },
    );
  }
  return {
    input: { name: input[0]?.name ?? '', framesPerPatch },
    output: { name: output[0]?.name ?? '', columns: [...columns] },
    patchSidePx,
  };
}

/** All but the free first axis; none where it is not one tensor of 32-bit numbers with whole sizes. */
function sizesOf(declared: readonly InferenceSession.ValueMetadata[]): readonly number[] {
  const [value, ...others] = declared;
  if (others.length > 0 || value?.isTensor !== true || value.type !== 'float32') return [];
  const [first, ...sizes] = value.shape;
  return typeof first === 'string' && sizes.every((size) => typeof size === 'number') ? sizes : [];
}
