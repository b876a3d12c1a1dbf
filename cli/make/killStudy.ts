import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openHttpMicroscope } from '../../harness/drivers/http/index.ts';
import type { Microscope } from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import { startSemfocus } from '../testing/semfocus.ts';
import { setOverWire, startFaultyServer, tellWire, untilFree } from './faultyServer.ts';
import {
  drawnStart,
  isSame,
  isStopped,
  orHang,
  saysBack,
  saysReadBack,
  studiedRun,
  studyPreset,
} from './studyRun.ts';

/**
 * `npm run study:kills -- --each 100 --seed 99101`: `kill -9` of `semfocus focus` and of `semfocus serve`
 * at random moments of a run. A killed client has to be put back and blanked by the server. A client
 * whose server is killed has to say that the start may not be back. Ends with 1 where that is not so.
 */

const algorithm = 'mapfost';
const frame = { width: 256, height: 192 };
const startUm = 5;
/** A client that has lost its server has to have said so by then. */
const hangMs = 120_000;
/** As long as a run; those that were over before do not count. */
const latestMs = 800;

const { values } = parseArgs({
  options: {
    each: { type: 'string', default: '100' },
    seed: { type: 'string', default: '99101' },
  },
});
const each = Number(values.each);
const seed = Number(values.seed);
const random = new RandomStream(seed, 'kills');
const folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
const counts = new Map<string, number>();
const wrongs: string[] = [];

function count(what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

/** A moment of a run, from its first frame on. */
const randomWaitMs = () => random.uniformBetween(0, latestMs);

async function killClients(): Promise<void> {
  const server = await startFaultyServer(seed);
  const arguments_ = [
    ...['focus', '--microscope', server.url, '--algorithm', algorithm, '--json'],
    ...['--width', String(frame.width), '--height', String(frame.height)],
    ...['--iterations', '30', '--all-iterations'],
  ];
  const exposed = async () =>
    ((await tellWire(server.url, '/dose/get', {})) as { value: { frames: number } }).value.frames;
  const { best } = await server.truth();
  await setOverWire(server.url, drawnStart(random, best, startUm));
  for (let index = 0, killed = 0; killed < each; index++) {
    const { focus: start } = await server.truth();
    const before = await exposed();
    const { child, ended } = startSemfocus(folder, arguments_);
    while ((await exposed()) === before && child.exitCode === null) await wait(10);
    await wait(randomWaitMs());
    const isRunning = child.exitCode === null;
    const moved = await server.truth();
    child.kill('SIGKILL');
    await ended;
    await untilFree(server.url);
    const { focus, isBlanked } = await server.truth();
    if (isRunning) killed++;
    count(isRunning ? 'clients killed' : 'clients over before');
    if (isRunning && !isSame(moved.focus, start)) count('of them, focus elsewhere just before');
    if (isRunning && !moved.isBlanked) count('of them, beam on just before');
    if (!isBlanked) wrongs.push(`client ${index}: the beam is on`);
    if (isRunning && !isSame(focus, start)) wrongs.push(`client ${index}: the start is not back`);
  }
  server.child.disconnect();
}

async function killServers(): Promise<void> {
  for (let index = 0, killed = 0; killed < each; index++) {
    const { child, ended } = startSemfocus(folder, [
      ...['serve', '--port', '0', '--microscope', `sim:${studyPreset}`],
      ...['--seed', String(seed + index)],
    ]);
    const url = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stderr?.on('data', (data) => {
        text += data;
        const [address] = /http:\S+/.exec(text) ?? [];
        if (address !== undefined) resolve(address);
      });
      ended.then(({ stderr }) => reject(new Error(stderr)), reject);
    });
    const microscope = await openHttpMicroscope(url);
    let isOver = false;
    let onFrame = (): void => {};
    const exposing = new Promise<void>((resolve) => {
      onFrame = resolve;
    });
    const watched: Microscope = {
      ...microscope,
      acquireFrame(...asked) {
        onFrame();
        return microscope.acquireFrame(...asked);
      },
    };
    const run = studiedRun(watched, { algorithm, frame, seed: seed + index }).finally(() => {
      isOver = true;
      onFrame();
    });
    await exposing;
    await wait(randomWaitMs());
    const wasOver = isOver;
    child.kill('SIGKILL');
    const said = await orHang(run, hangMs);
    await ended;
    await microscope.close().catch(() => {});
    if (!wasOver) killed++;
    const what = said === 'hang' ? said : `${said.ending.outcome} (${said.tags.join(', ')})`;
    count(wasOver ? 'servers killed when the run was over' : `servers killed: ${what}`);
    if (said === 'hang') {
      wrongs.push(`server ${index}: hang`);
    } else if (!wasOver) {
      const { ending, tags } = said;
      const isAdmitted = isStopped(ending) && !saysBack(ending) && !saysReadBack(ending);
      if (!isAdmitted) wrongs.push(`server ${index}: ${ending.outcome}: ${ending.message}`);
      if (tags.includes('defect')) wrongs.push(`server ${index}: an error without a class`);
    }
  }
}

const began = performance.now();
try {
  await killClients();
  await killServers();
} finally {
  await rm(folder, { recursive: true });
}
for (const [what, n] of counts) process.stdout.write(`${n} ${what}\n`);
for (const what of wrongs) process.stdout.write(`WRONG ${what}\n`);
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
process.stdout.write(`seed ${seed}, ${minutes} min: ${wrongs.length} wrong\n`);
process.exitCode = wrongs.length > 0 ? 1 : 0;
