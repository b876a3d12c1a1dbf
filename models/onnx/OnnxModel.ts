import type { InferenceSession } from 'onnxruntime-node';
import { z } from 'zod';
import { ModelError, reasonOf } from '../../harness/microscope/index.ts';
import type { Model } from '../card/index.ts';
import { createSession, declaredText } from './createSession.ts';
import { loadOnnxruntime } from './loadOnnxruntime.ts';

/** How a network is run; part of every learned algorithm's parameters. */
export const runtimeParametersSchema = z.strictObject({
  /** `cpu`, or another that the installation of onnxruntime-node has: `cuda`, `dml`, `webgpu`, ... */
  executionProvider: z.string().min(1).default('cpu'),
  /** Of the CPU, for one network; trajectories run side by side as it is. */
  threads: z.number().int().min(1).max(64).default(1),
});
export type RuntimeParameters = z.infer<typeof runtimeParametersSchema>;

/**
 * Patches per call of the runtime. On a processor the time per patch is the same for one as for ten, the
 * memory is not (512 px: 0.3 GB and 1.1 GB), and the answer to one cannot depend on the others; what has
 * more cores than a patch has work for needs several.
 */
const patchesPerCall = (executionProvider: string) => (executionProvider === 'cpu' ? 1 : 16);

/** Float32, [patches, framesPerPatch, patchSidePx, patchSidePx], row by row. */
export type Patches = Float32Array;

/** A network that is loaded, checked against its card and warm. */
export interface OnnxModel {
  /**
   * Several calls may be under way at once.
   *
   * @param patches - One patch or more; must not be changed until the answer is there.
   * @returns one row per patch, of the columns that the card names.
   * @throws ModelError if the runtime fails; RangeError if a part of a patch is left over.
   */
  run(patches: Patches): Promise<number[][]>;
}

/** Loading takes a hundred times as long as running: one session per network and way to run it. */
const opened = new Map<string, Promise<OnnxModel>>();

/**
 * Opens a network, or hands out the one that is open.
 *
 * @throws ModelError if the file is not what its card says, or the installation lacks the provider.
 */
export function openOnnxModel(model: Model, runtime: RuntimeParameters): Promise<OnnxModel> {
  const { card, path, sha256 } = model;
  const { executionProvider, threads } = runtime;
  // With all of the card that the file is checked against.
  const promised = [card.input, card.output, card.patchSidePx];
  const key = JSON.stringify([path, sha256, executionProvider, threads, promised]);
  let session = opened.get(key);
  if (session === undefined) {
    session = open(model, runtime);
    // A failure is not kept: the file may be put right in the meantime.
    session.catch(() => opened.delete(key));
    opened.set(key, session);
  }
  return session;
}

/** Inferences that the runtime is at in this thread. */
const running = new Set<Promise<unknown>>();

function counted<T>(inference: Promise<T>): Promise<T> {
  running.add(inference);
  const done = (): boolean => running.delete(inference);
  inference.then(done, done);
  return inference;
}

/**
 * Waits until the runtime is at nothing any more in this thread. A thread that ends in the midst of an
 * inference takes the whole process with it, so a caller that stops a network waits for this first.
 */
export async function inferencesEnded(): Promise<void> {
  while (running.size > 0) await Promise.allSettled(running);
}

async function open(
  model: Model,
  { executionProvider, threads }: RuntimeParameters,
): Promise<OnnxModel> {
  const { card, path } = model;
  const { input, output, patchSidePx } = card;
  const { Tensor } = await loadOnnxruntime();
  const session = await createSession(model.path, model.read(), { executionProvider, threads });
  const shape = [input.framesPerPatch, patchSidePx, patchSidePx];
  assertValue(path, 'input', input.name, shape, session.inputMetadata);
  assertValue(path, 'output', output.name, [output.columns.length], session.outputMetadata);

  const size = shape.reduce((product, length) => product * length, 1);
  const width = output.columns.length;
  const atOnce = patchesPerCall(executionProvider);
  const runSome = async (patches: Float32Array): Promise<number[][]> => {
    const count = patches.length / size;
    let values: unknown;
    try {
      const results = await counted(
        session.run({ [input.name]: new Tensor('float32', patches, [count, ...shape]) }),
      );
      values = results[output.name]?.data;
    } catch (cause) {
      throw new ModelError(`${path} cannot be run on ${executionProvider}: ${reasonOf(cause)}`, {
        cause,
        hint: 'try "executionProvider": "cpu"; if that fails too, export the network again',
      });
    }
    if (!(values instanceof Float32Array) || values.length !== count * width) {
      throw new ModelError(
        `${path} must give ${count} rows of ${width} numbers for ${count} patches, as its card says`,
      );
    }
    const rows = values;
    return Array.from({ length: count }, (_, i) => [...rows.subarray(i * width, (i + 1) * width)]);
  };
  const run = async (patches: Patches): Promise<number[][]> => {
    const count = patches.length / size;
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(
        `patches must hold whole patches of ${size} values. Received ${patches.length}`,
      );
    }
    const rows: number[][] = [];
    for (let first = 0; first < count; first += atOnce) {
      const last = Math.min(first + atOnce, count);
      rows.push(...(await runSome(patches.subarray(first * size, last * size))));
    }
    return rows;
  };
  // The first run makes the plan of its memory.
  await run(new Float32Array(size));
  return { run };
}

/** The declarations of the file must equal those of the card; `patches` may be any number. */
function assertValue(
  path: string,
  kind: 'input' | 'output',
  name: string,
  shape: readonly number[],
  declared: readonly InferenceSession.ValueMetadata[],
): void {
  const wanted = `${name}: float32 [patches, ${shape.join(', ')}]`;
  const found = declaredText(declared);
  const value = declared.find((one) => one.name === name);
  const fits =
    declared.length === 1 &&
    value?.isTensor === true &&
    value.type === 'float32' &&
    typeof value.shape[0] === 'string' &&
    value.shape.length === shape.length + 1 &&
    shape.every((length, i) => value.shape[i + 1] === length);
  if (fits) return;
  throw new ModelError(
    `${path} must have one ${kind}, ${wanted}, as its card says. Found ${found}`,
    {
      hint: 'export the network with a free first axis, or correct the card',
    },
  );
}
