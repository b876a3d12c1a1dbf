import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openHttpMicroscope } from '../../harness/drivers/http/index.ts';
import { type FocusState, reasonOf, subtractFocus } from '../../harness/microscope/index.ts';
import { faults, lateMs } from '../../harness/microscope/testing/faults.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import { isInsideMargins } from '../../harness/record/index.ts';
import { cuttingProxy } from '../serve/testing/cuttingProxy.ts';
import {
  type FaultyServer,
  type Memory,
  memoryNow,
  setOverWire,
  startFaultyServer,
  untilFree,
} from './faultyServer.ts';
import {
  drawnStart,
  isSame,
  isStopped,
  orHang,
  saysBack,
  saysReadBack,
  studiedRun,
  tagsOf,
  wrongFrom,
} from './studyRun.ts';

/**
 * `npm run study:soak -- --runs 1000 --seed 99001`: focus runs one after the other against a simulator
 * in another process, behind the server of `semfocus serve`. Most are healthy. In `--faulty` of them
 * the instrument fails in one of the ways of `faults`, in `--cut` the connection is cut. After every run
 * the instrument is looked at beside the wire. Ends with 1 where something hangs, is elsewhere than was
 * said, or has no name. Ctrl-C ends it after the run under way.
 */

const algorithm = 'mapfost';
const frame = { width: 192, height: 128 };
const startUm = 5;
/** What reads back what it was asked for cannot be held to what it says. */
const liars = Object.entries(faults)
  .filter(([, { summary }]) => summary.includes('repeats the request'))
  .map(([name]) => name);
/** A run that has not ended by then hangs: an instrument that is silent three times takes 100 s. */
const hangMs = 300_000;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '99001' },
    faulty: { type: 'string', default: '0.12' },
    cut: { type: 'string', default: '0.03' },
  },
});
const runs = Number(values.runs);
const seed = Number(values.seed);
const [faultyShare, cutShare] = [Number(values.faulty), Number(values.cut)];
const faultNames = (Object.keys(faults) as (keyof typeof faults)[]).filter(
  (name) => name !== 'none',
);
const random = new RandomStream(seed, 'soak');

/** What came of the runs of one kind. */
const counts = new Map<string, Map<string, number>>();
/** What must not be. */
const wrongs: string[] = [];

function count(kind: string, what: string): void {
  const row = counts.get(kind) ?? new Map<string, number>();
  counts.set(kind, row);
  row.set(what, (row.get(what) ?? 0) + 1);
}

async function soakOnce(server: FaultyServer, index: number): Promise<void> {
  const { best } = await server.fail({ fault: 'none', from: 1 });
  const start = drawnStart(random, best, startUm);
  await setOverWire(server.url, start);
  const { focus: begun } = await server.truth();
  const drawn = random.uniformBetween(0, 1);
  const isCut = drawn < cutShare;
  const isFaulty = !isCut && drawn < cutShare + faultyShare;
  const fault = isFaulty ? (faultNames[random.integerBelow(faultNames.length)] ?? 'none') : 'none';
  const from = 2 + random.integerBelow(6);
  await server.fail({ fault, from });
  const kind = isCut ? 'cut' : isFaulty ? fault : 'healthy';
  const proxy = isCut ? await cuttingProxy(server.url) : undefined;
  // A run sends some 180 kB to the client.
  proxy?.cutAfter(1 + random.integerBelow(200_000));
  const said = await orHang(once(proxy?.url ?? server.url, index), hangMs);
  proxy?.close();
  const wrong = (what: string) => {
    count(kind, what);
    const ending = said === 'hang' ? said : `${said.ending?.outcome}: ${said.ending?.message}`;
    wrongs.push(`run ${index}, ${kind} from ${from}: ${what}; ${ending}`);
  };
  if (said === 'hang') return wrong('hang');
  // The server may still be putting the start back.
  await untilFree(server.url);
  if (fault.endsWith('-late')) await wait(lateMs);
  const { focus, isBlanked } = await server.truth();
  const { ending, end, tags, closing } = said;
  count(kind, ending?.outcome ?? 'not opened');
  for (const tag of [...tags, ...closing]) {
    count('errors', tag);
    if (tag === 'defect') wrong('an error without a class');
  }
  const isAdmitted =
    ending === undefined || (isStopped(ending) && !saysBack(ending) && !saysReadBack(ending));
  if (isAdmitted) count(kind, 'says it may not be back');
  if (!isBlanked) {
    if (isAdmitted) count(kind, 'beam on, as said');
    else wrong('beam on');
  }
  const isBack = isSame(focus, begun);
  if (isAdmitted) {
    // A lost client is what the server looks after; a device that is gone is not to be had.
    if (!isBack && isCut) wrong('not put back by the server');
    else if (!isBack) count(kind, 'not back, as said');
    return;
  }
  if (ending === undefined) return;
  const isStay = !saysBack(ending) && !saysReadBack(ending);
  if (!isStay) {
    if (isBack) count(kind, 'back');
    else if (saysBack(ending) || !liars.includes(fault)) wrong('not back');
    else count(kind, 'not back; its read-back lies');
    return;
  }
  const isAsRead = end !== undefined && isSame(focus, end);
  if (!isAsRead && closing.length > 0) count(kind, 'elsewhere, as said when closing');
  else if (!isAsRead && !liars.includes(fault)) wrong('elsewhere than it said');
  const isWrong = !isInsideMargins(subtractFocus(focus, best), wrongFrom);
  if (ending.outcome === 'focused' && isWrong && closing.length === 0) {
    if (faults[fault].isVisible) wrong('wrong claim');
    else count(kind, 'wrong claim of a hidden fault');
  }
}

type Said = Omit<Awaited<ReturnType<typeof studiedRun>>, 'ending'> & {
  readonly ending: Awaited<ReturnType<typeof studiedRun>>['ending'] | undefined;
  readonly end: FocusState | undefined;
  /** Classes of errors of closing. */
  readonly closing: readonly string[];
};

async function once(url: string, index: number): Promise<Said> {
  let client: Awaited<ReturnType<typeof openHttpMicroscope>>;
  try {
    client = await openHttpMicroscope(url);
  } catch (error) {
    return { ending: undefined, end: undefined, tags: tagsOf(error), closing: [] };
  }
  let run: Pick<Said, 'ending' | 'end' | 'tags'>;
  try {
    run = await studiedRun(client, { algorithm, frame, seed: seed + index });
  } catch (error) {
    run = { ending: undefined, end: undefined, tags: tagsOf(error) };
  }
  const closing = await client.close().then(() => [], tagsOf);
  return { ...run, closing };
}

const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1).padStart(7);
const samples: { readonly run: number; readonly client: Memory; readonly server: Memory }[] = [];

async function sample(server: FaultyServer, run: number): Promise<void> {
  const at = { run, client: memoryNow(), server: await server.memory() };
  samples.push(at);
  const row = [at.server, at.client].flatMap(({ rss, heapUsed, outside }) =>
    [rss, heapUsed, outside].map(megabytes),
  );
  process.stdout.write(`${String(run).padStart(6)} ${row.join(' ')}\n`);
}

/** Least squares, kB a run, without the first sample: then code is compiled and caches are empty. */
function slope(of: (sample: (typeof samples)[number]) => number): string {
  const points = samples.slice(1).map((one) => ({ x: one.run, y: of(one) / 1024 }));
  const mean = (key: 'x' | 'y') => points.reduce((sum, one) => sum + one[key], 0) / points.length;
  const [x, y] = [mean('x'), mean('y')];
  const over = points.reduce((sum, one) => sum + (one.x - x) * (one.y - y), 0);
  return (over / points.reduce((sum, one) => sum + (one.x - x) ** 2, 0)).toFixed(2);
}

let isStopping = false;
process.once('SIGINT', () => {
  isStopping = true;
});
const began = performance.now();
const server = await startFaultyServer(seed);
process.stdout.write(
  'MiB after a collection: server RSS, heap, outside; client RSS, heap, outside\n',
);
await sample(server, 0);
let done = 0;
for (; done < runs && !isStopping; done++) {
  const index = done;
  try {
    await soakOnce(server, index);
  } catch (error) {
    wrongs.push(`run ${index}: the study failed: ${reasonOf(error)}`);
  }
  if ((index + 1) % Math.ceil(runs / 10) === 0) await sample(server, index + 1);
}
server.child.disconnect();
for (const where of ['server', 'client'] as const) {
  const grown = (key: keyof Memory) => slope((one) => one[where][key]);
  process.stdout.write(
    `${where}: RSS ${grown('rss')} kB a run, heap ${grown('heapUsed')}, outside of it ${grown('outside')}\n`,
  );
}
for (const [kind, row] of [...counts].sort()) {
  process.stdout.write(`${kind}: ${[...row].map(([what, n]) => `${n} ${what}`).join(', ')}\n`);
}
for (const what of wrongs) process.stdout.write(`WRONG ${what}\n`);
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
process.stdout.write(`${done} runs of seed ${seed} in ${minutes} min: ${wrongs.length} wrong\n`);
process.exitCode = wrongs.length > 0 ? 1 : 0;
