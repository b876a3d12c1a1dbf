import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { loadSuite } from '../../../harness/experiment/suite/index.ts';
import { inferencesEnded } from '../../../models/index.ts';
import { registryWith, userAlgorithmsOf } from '../../lab/index.ts';
import type { WorkerSetup } from '../../run/worker.ts';
import { type ExploreCommand, type ExploreEvent, exploreSuite, leaveMessage } from './protocol.ts';
import { VirtualMicroscope } from './VirtualMicroscope.ts';

/** What the thread of the virtual microscope is started with. */
export interface ExploreWorkerSetup extends WorkerSetup {
  /** Declared pixel size of a specimen image, nm. */
  readonly specimenPixelSizeNm: number;
  /** How many frames there were before this thread. */
  readonly framesBefore: number;
}

const { modelFile, own, specimenPixelSizeNm, framesBefore }: ExploreWorkerSetup = workerData;
const port = parentPort as MessagePort;
const microscope = new VirtualMicroscope({
  registry: registryWith(modelFile, own === undefined ? [] : userAlgorithmsOf(own)),
  suite: await loadSuite(exploreSuite),
  specimenPixelSizeNm,
  framesBefore,
  clock: { nowMs: () => performance.now() },
  emit: (event: ExploreEvent) =>
    port.postMessage(event, event.type === 'frame' ? [event.pixels.buffer as ArrayBuffer] : []),
});

port.on('message', (command: ExploreCommand | typeof leaveMessage) => {
  if (command === leaveMessage) void end();
  else if (command.type === 'stop') microscope.stop();
  else if (command.type === 'pace') microscope.setPace(command.ms);
  // The server sends the next one when this one is done.
  else void microscope.obey(command);
});

/** Lets the thread end when it may: in the midst of an inference it would take the process along. */
async function end(): Promise<void> {
  microscope.stop();
  await inferencesEnded();
  port.close();
}
