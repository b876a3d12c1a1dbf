import type { InferenceSession } from 'onnxruntime-node';
import { inWords } from '../../harness/config/index.ts';
import { ModelError, reasonOf } from '../../harness/microscope/index.ts';
import { hasExternalData } from './externalData.ts';
import { loadOnnxruntime } from './loadOnnxruntime.ts';

/**
 * Loads the bytes of a network.
 *
 * @param path - What people know it by, for messages.
 * @throws ModelError if it keeps weights elsewhere, is no ONNX model, or the installation lacks the
 *   provider.
 */
export async function createSession(
  path: string,
  bytes: Uint8Array,
  { executionProvider, threads }: { readonly executionProvider: string; readonly threads: number },
): Promise<InferenceSession> {
  const onnxruntime = await loadOnnxruntime();
  assertProvider(executionProvider, onnxruntime.listSupportedBackends());
  if (hasExternalData(bytes)) {
    // The runtime would take a file of that name from the current folder, and no hash covers it.
    throw new ModelError(`${path} keeps weights in another file; only its own bytes are read`, {
      hint: 'put them inside with Python: import onnx; onnx.save(onnx.load("model.onnx"), "whole.onnx", save_as_external_data=False)',
    });
  }
  try {
    return await onnxruntime.InferenceSession.create(bytes, {
      executionProviders: [executionProvider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // Not `all`: that pads 20 channels to 32 for wide registers, and a fifth of the time goes into zeros.
      graphOptimizationLevel: 'extended',
      // Errors reach the caller as such; warnings of the optimiser are of no use to it.
      logSeverityLevel: 3,
    });
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw new ModelError(`${path} cannot be loaded on ${executionProvider}: ${reasonOf(cause)}`, {
      cause,
      hint:
        executionProvider === 'cpu'
          ? 'the file is not an ONNX model that this version of onnxruntime can read'
          : 'try "executionProvider": "cpu"; if that fails too, the file is not an ONNX model',
    });
  }
}

/** What goes in, or comes out, in the words of the file. */
export function declaredText(declared: readonly InferenceSession.ValueMetadata[]): string {
  return declared
    .map((value) =>
      value.isTensor ? `${value.name}: ${value.type} [${value.shape.join(', ')}]` : value.name,
    )
    .join(' and ');
}

function assertProvider(name: string, backends: readonly { readonly name: string }[]): void {
  const names = backends.map((backend) => backend.name);
  if (names.includes(name)) return;
  throw new ModelError(
    `executionProvider must be ${inWords(names.map((known) => `"${known}"`))} with this installation of onnxruntime-node. Received "${name}"`,
    { hint: 'other providers need a build of onnxruntime-node that includes them' },
  );
}
