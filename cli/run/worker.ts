import { type MessagePort, workerData } from 'node:worker_threads';
import { runTrajectory } from '../../harness/experiment/run/index.ts';
import { isSemfocusError } from '../../harness/microscope/index.ts';
import type { IterationRow, Scenario, TrajectoryOutcome } from '../../harness/record/index.ts';
import { inferencesEnded } from '../../models/index.ts';
import { type RasterCache, registryWith, type UserSetup, userAlgorithmsOf } from '../lab/index.ts';
import { runFrameSidePx } from '../live/run/runFrameSidePx.ts';
import { type ShownFrame, shownFrame } from '../live/server/shownFrame.ts';

/** What a worker thread is started with. */
export interface WorkerSetup {
  /** Path of a user's own network. */
  readonly modelFile?: string;
  /** Plugins and programs. */
  readonly own?: UserSetup;
  readonly cache?: RasterCache;
}

const { modelFile, own, cache }: WorkerSetup = workerData ?? {};
const registry = registryWith(modelFile, own === undefined ? [] : userAlgorithmsOf(own), cache);

/** What a worker thread is sent. */
export interface WorkerTask {
  readonly scenario: Scenario;
  /** News go there as soon as they are known; whatever comes from there means to stop. */
  readonly port: MessagePort;
  /** Not 0 once the trajectory is to stop: a thread that computes hears no message. */
  readonly stop: Int32Array<SharedArrayBuffer>;
  /** With an observer: not 0 while the next frame is to be shown, set to 0 with it. */
  readonly wanted?: Int32Array<SharedArrayBuffer>;
}

/** What a worker tells while it works: every row, and frames that are wanted. */
export type WorkerNews = { readonly row: IterationRow } | { readonly frame: ShownFrame };

/** What a worker refuses to do; an error itself would lose its class and hint on the way. */
interface WorkerRefusal {
  readonly message: string;
  readonly hint?: string;
}

/** What a worker came to: an outcome, a refusal, or nothing because it was told to stop. */
export type WorkerAnswer =
  | TrajectoryOutcome
  | { readonly refusal: WorkerRefusal }
  | { readonly isStopped: true };

/** Runs one trajectory, and when told to stop leaves the thread in a state in which it may end. */
export async function work({ scenario, port, stop, wanted }: WorkerTask): Promise<WorkerAnswer> {
  const stopping = new AbortController();
  port.on('message', () => stopping.abort());
  const tell = (news: WorkerNews, transfer: ArrayBuffer[] = []) => port.postMessage(news, transfer);
  let frames = 0;
  try {
    return await runTrajectory(scenario, registry, {
      signal: stopping.signal,
      clock: { nowMs: () => performance.now() },
      now: () => new Date(),
      previews: true,
      onStep: (row) => {
        tell({ row });
        if (Atomics.load(stop, 0) !== 0) stopping.abort();
      },
      ...(wanted && {
        onFrame: (exposed) => {
          frames += 1;
          if (Atomics.exchange(wanted, 0, 0) === 0) return;
          const frame = shownFrame(exposed, frames, runFrameSidePx);
          tell({ frame }, [frame.grey.buffer]);
        },
      }),
    });
  } catch (error) {
    if (stopping.signal.aborted) {
      await inferencesEnded();
      return { isStopped: true };
    }
    if (!isSemfocusError(error)) throw error;
    const { message, hint } = error;
    return { refusal: { message, ...(hint !== undefined && { hint }) } };
  } finally {
    port.close();
  }
}
