import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { wireFocus } from '../../harness/drivers/http/index.ts';
import type { FocusState, Microscope } from '../../harness/microscope/index.ts';
import { faults } from '../../harness/microscope/testing/faults.ts';
import { calibrationOf, createSimulatedMicroscope, presetNamed } from '../../sim/index.ts';
import { MicroscopeServer } from '../serve/MicroscopeServer.ts';
import { ServedMicroscope } from '../serve/ServedMicroscope.ts';
import { studyPreset, tissueOf } from './studyRun.ts';

/**
 * A simulator behind the server of `semfocus serve`, in a process of its own, that fails on demand.
 * What it is told beside the wire, and what it answers, is for the study alone: the instrument as it is.
 */

/** From that frame, or set, on it fails. */
interface FaultOrder {
  readonly fault: keyof typeof faults;
  readonly from: number;
}

/** What a study asks for beside the wire. */
interface Order extends Partial<FaultOrder> {
  /** Takes as long as a frame. */
  readonly collects?: boolean;
}

/** The instrument as it is, whatever it reads back. */
interface Truth {
  readonly focus: FocusState;
  readonly best: FocusState;
  readonly isBlanked: boolean;
  /** Of the server; absent unless asked for. */
  readonly memory?: Memory;
}

/** Bytes. */
export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  readonly outside: number;
}

/** A server in another process. */
export interface FaultyServer {
  readonly url: string;
  readonly child: ChildProcess;
  /** Fails from now on, with counts that begin anew. */
  fail(order: FaultOrder): Promise<Truth>;
  truth(): Promise<Truth>;
  memory(): Promise<Memory>;
}

/** Memory in use once what is not needed has been collected; needs `--expose-gc`. */
export function memoryNow(): Memory {
  if (globalThis.gc === undefined) throw new TypeError('node must be started with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heapUsed, outside: external };
}

/** @param seed - Of specimen and noise. */
export async function startFaultyServer(seed: number): Promise<FaultyServer> {
  const child = fork(fileURLToPath(import.meta.url), [String(seed)], { stdio: 'inherit' });
  const [{ url }] = await once(child, 'message');
  const ask = async (order: Order): Promise<Truth> => {
    child.send(order);
    const [answer] = await once(child, 'message');
    return answer;
  };
  return {
    ...{ url, child, fail: ask },
    truth: () => ask({}),
    async memory() {
      const { memory } = await ask({ collects: true });
      if (memory === undefined) throw new TypeError('the server has told nothing of its memory');
      return memory;
    },
  };
}

/** Asks a server beside its client. @throws Error where it refuses. */
export async function tellWire(url: string, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status === 200) return JSON.parse(text);
  throw new Error(`${path} answered ${response.status}: ${text}`, { cause: response.status });
}

/** Comes back when no client holds the microscope any more. */
export async function untilFree(url: string): Promise<void> {
  for (;;) {
    try {
      await tellWire(url, '/beam_blank/get', {});
      return;
    } catch (error) {
      if ((error as Error).cause !== 409) throw error;
    }
    await wait(20);
  }
}

/** Sets the focus as another user would. */
export async function setOverWire(url: string, focus: FocusState): Promise<void> {
  await tellWire(url, '/focus/set', { value: wireFocus(focus) });
}

/** What is told apart from the wire: whether the beam is on. */
function withBlanker(inner: Microscope): { microscope: Microscope; isBlanked: () => boolean } {
  let isBlanked = true;
  return {
    isBlanked: () => isBlanked,
    microscope: {
      ...inner,
      async acquireFrame(request, options) {
        isBlanked = false;
        await wait(0);
        return inner.acquireFrame(request, options);
      },
      async blankBeam(blanked, options) {
        await inner.blankBeam(blanked, options);
        isBlanked = blanked;
      },
    },
  };
}

async function serve(seed: number): Promise<void> {
  const preset = presetNamed(studyPreset);
  const simulation = createSimulatedMicroscope({
    ...{ preset, seed, run: 0, stage: { xUm: 0, yUm: 0 }, specimen: tissueOf(seed) },
  });
  const { microscope: instrument, isBlanked } = withBlanker(simulation.microscope);
  let current = instrument;
  const served = await ServedMicroscope.open(
    {
      microscope: {
        describe: () => current.describe(),
        readFocus: (...asked) => current.readFocus(...asked),
        writeFocus: (...asked) => current.writeFocus(...asked),
        acquireFrame: (...asked) => current.acquireFrame(...asked),
        readStage: (...asked) => current.readStage(...asked),
        moveStage: (...asked) => current.moveStage(...asked),
        blankBeam: (...asked) => current.blankBeam(...asked),
        close: () => current.close(),
      },
      calibration: calibrationOf(studyPreset).values,
      pixelSizeNm: preset.scan.pixelSizeNm,
      dwellTimeNs: preset.scan.dwellTimeNs,
    },
    {
      limits: { workingDistanceUm: Infinity, stigmator: Infinity },
      onTrouble: (message) => process.stderr.write(`server: ${message}\n`),
    },
  );
  const server = await MicroscopeServer.start(served, { host: '127.0.0.1', port: 0 });
  process.on('message', async ({ fault, from, collects = false }: Order) => {
    if (fault !== undefined) current = faults[fault].of(instrument, from ?? 1);
    const truth: Truth = {
      focus: await simulation.microscope.readFocus(),
      best: simulation.truth.bestFocus(),
      isBlanked: isBlanked(),
      ...(collects && { memory: memoryNow() }),
    };
    process.send?.(truth);
  });
  // The study is over, or was killed.
  process.on('disconnect', () => process.exit());
  process.send?.({ url: server.url });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await serve(Number(process.argv[2]));
}
