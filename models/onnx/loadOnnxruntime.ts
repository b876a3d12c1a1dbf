import { ModelError, reasonOf } from '../../harness/microscope/index.ts';

/**
 * The runtime of the networks. An optional dependency, because on Linux its install script downloads
 * CUDA libraries from another host than the package registry, and fails where only that is reachable.
 *
 * @throws ModelError if it is not installed or does not load.
 * @internal Its types are those of a package that may not be there.
 */
export function loadOnnxruntime(): Promise<typeof import('onnxruntime-node')> {
  return explained(import('onnxruntime-node'));
}

/** Of the runtime that is installed, e.g. `1.30.0`: its last digits may differ from another's. */
export async function onnxruntimeVersion(): Promise<string> {
  const about = import('onnxruntime-node/package.json', { with: { type: 'json' } });
  return (await explained(about)).default.version;
}

async function explained<T>(loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (cause) {
    throw new ModelError(`networks need onnxruntime-node: ${reasonOf(cause)}`, {
      cause,
      hint: 'where semfocus is installed, run: npm install onnxruntime-node --ignore-scripts',
    });
  }
}
