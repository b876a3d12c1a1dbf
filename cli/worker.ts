import { type MessagePort, workerData } from 'node:worker_threads';
import {
  runTrajectory,
  type Scenario,
  type TrajectoryOutcome,
} from '../harness/experiment/index.ts';
import { isSemfocusError } from '../harness/microscope/index.ts';
import { type OwnSetup, ownAlgorithmsOf } from './ownAlgorithms.ts';
import { registryWith } from './registry.ts';

/** What a worker thread is started with. */
export interface WorkerSetup {
  /** Path of a user's own network. */
  readonly modelFile?: string;
  /** Plugins and programs. */
  readonly own?: OwnSetup;
}

const { modelFile, own }: WorkerSetup = workerData ?? {};
const registry = registryWith(modelFile, own === undefined ? [] : await ownAlgorithmsOf(own));

/** What a worker thread is sent. */
export interface WorkerTask {
  readonly scenario: Scenario;
  /** Every row goes there as soon as it is known. */
  readonly port: MessagePort;
}

/** What a worker refuses to do; an error itself would lose its class and hint on the way. */
export interface WorkerRefusal {
  readonly message: string;
  readonly hint?: string;
}

/** Runs one trajectory. Aborting ends the thread, so no signal has to cross over. */
export async function work({
  scenario,
  port,
}: WorkerTask): Promise<TrajectoryOutcome | { readonly refusal: WorkerRefusal }> {
  try {
    return await runTrajectory(scenario, registry, {
      signal: new AbortController().signal,
      clock: { nowMs: () => performance.now() },
      now: () => new Date(),
      previews: true,
      onStep: (row) => port.postMessage(row),
    });
  } catch (error) {
    if (!isSemfocusError(error)) throw error;
    const { message, hint } = error;
    return { refusal: { message, ...(hint !== undefined && { hint }) } };
  } finally {
    port.close();
  }
}
