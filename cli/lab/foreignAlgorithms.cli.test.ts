import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { inProcess } from '../testing/inProcess.ts';
import { recordsOf } from '../testing/recordsOf.ts';
import { startSemfocus } from '../testing/semfocus.ts';
import { writeSuite } from '../testing/tinySuite.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterAll(() => rm(folder, { recursive: true }));

const zero = '{ workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 }';

/** What a plugin does once it has moved the lens, and what becomes of it: class and message. */
const misdeeds = {
  throws: ["throw new Error('at once')", 'exception', /: at once$/],
  uncaught: [
    "setTimeout(() => { throw new Error('from a timer'); })",
    'exception',
    /: from a timer$/,
  ],
  rejects: ["Promise.reject(new Error('forgotten'))", 'exception', /: forgotten$/],
  exits: ['process.exit(0)', 'exception', /stopped with exit code 0$/],
  killed: ["process.kill(process.pid, 'SIGKILL')", 'exception', /stopped by SIGKILL$/],
  loops: ['for (;;);', 'timeout', /gave no answer within 20 s/],
  waits: ['await new Promise(() => {})', 'timeout', /gave no answer within 20 s/],
  greedy: [
    'const all = []; for (;;) all.push(new Array(1e6).fill(1.5))',
    'exception',
    /heap out of memory/,
  ],
  ...(process.platform === 'linux' && {
    buffers: [
      'const all = []; for (;;) all.push(new Uint8Array(2 ** 30))',
      'exception',
      /Array buffer allocation failed$/,
    ],
  }),
  // It spoils its own process and no other.
  patches: [
    `Math.abs = () => 0; Math.hypot = () => 0; Array.prototype.push = () => 0;
     Object.freeze = (x) => x; Number.isFinite = () => true; await undefined`,
    undefined,
    undefined,
  ],
  // Nothing reaches the microscope any more once the trajectory has ended.
  'goes on': [
    'setInterval(() => microscope.writeFocus({ workingDistanceUm: before.workingDistanceUm }), 1); await undefined',
    undefined,
    undefined,
  ],
} as const;

describe('semfocus run with a plugin that', () => {
  let records: ReadonlyMap<string, TrajectoryRecord>;
  beforeAll(async () => {
    const algorithms = Object.entries(misdeeds).map(
      ([name, [misdeed]]) => `{
        name: '${name}', version: '1', summary: 'for tests', parameters: {},
        async *run({ microscope }) {
          const before = await microscope.readFocus();
          const focus = await microscope.writeFocus({ workingDistanceUm: before.workingDistanceUm + 30 });
          ${misdeed};
          await new Promise((resolve) => setTimeout(resolve, 20));
          yield { iteration: 1, focus: await microscope.readFocus(), framesUsed: 0, computeMs: 0 };
        },
      }`,
    );
    await writeFile(at('bad.js'), `export const algorithms = [${algorithms.join()}];`);
    const names = Object.keys(misdeeds);
    const suite = await writeSuite(folder, 'bad', {
      algorithms: [...names, 'spectral'].map((name) => ({
        ...{ name, iterations: 1, dwellTimesNs: [100] },
        ...(name === 'spectral' && { parameters: { patchSidePx: 128, patches: 2 } }),
      })),
      trajectories: {
        ...{ count: 1, gridSpacingUm: 80 },
        start: { workingDistanceUm: [8, 12], stigmatorX: [-4, -2], stigmatorY: [2, 4] },
      },
    });
    const args = ['--plugin', at('bad.js'), '--algorithm-timeout', '20', '--workers', '2'];
    const { code } = await inProcess('run', suite, '--out', at('bad'), ...args);
    expect(code).toBe(3);
    const all = (await recordsOf(at('bad'))) as TrajectoryRecord[];
    records = new Map(all.map((record) => [record.scenario.algorithm.name, record]));
  });

  it.each(Object.entries(misdeeds))('%s', (name, [, failureClass, message]) => {
    const record = records.get(name);
    if (failureClass === undefined) {
      expect(record?.outcome).not.toBe('failed');
      expect(record?.iterations).toHaveLength(2);
      return;
    }
    expect(record).toMatchObject({ outcome: 'failed', failureClass });
    expect(record?.message).toMatch(message);
    // The start is back.
    expect(record?.iterations.at(-1)?.focus).toEqual(record?.iterations[0]?.focus);
  });

  it('goes wrong leaves the others as they are', () => {
    expect(records.get('spectral')?.iterations).toHaveLength(2);
    expect(records.get('spectral')?.outcome).not.toBe('failed');
    expect(records.get('spectral')?.failureClass).not.toBe('exception');
  });
});

describe('semfocus check algorithm', () => {
  it('fails a plugin that would read the truth in the simulator: it is not there', async () => {
    const simulator = pathToFileURL(fileURLToPath(new URL('../../sim/', import.meta.url))).href;
    await writeFile(
      at('cheat.js'),
      `let last;
      for (const file of ['Instrument.ts', 'index.ts', '../dist/sim.js']) {
        // Where Node takes no TypeScript, the cheat finds nothing to begin with.
        const { Instrument } = await import('${simulator}' + file).catch(() => ({}));
        const render = Instrument?.prototype.render;
        if (render) Instrument.prototype.render = function (exposure) {
          last = [this, exposure];
          return render.call(this, exposure);
        };
      }
      export const algorithms = [{
        name: 'cheat', version: '1', summary: 'looks', parameters: {},
        async *run({ microscope, frame, signal }) {
          for (let iteration = 1; ; iteration++) {
            await microscope.acquireFrame(frame, { signal });
            const [instrument, { stage, timeS }] = last;
            const focus = await microscope.writeFocus(instrument.optimumAt(stage, timeS), { signal });
            yield { iteration, focus, framesUsed: 1, computeMs: 0 };
          }
        },
      }];`,
    );
    const { code, stdout } = await inProcess('check', 'algorithm', '--plugin', at('cheat.js'));
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^FAIL {2}steps .*\n.*ended by an error: the plugin cheat.js: last is not iterable$/m,
    );
  });

  it('lets an honest one pass, and says what it does not look into', async () => {
    await writeFile(
      at('honest.js'),
      `export const algorithms = [{
        name: 'honest', version: '1', summary: 'declines', parameters: {},
        async *run({ microscope, signal }) {
          const focus = await microscope.readFocus({ signal });
          yield { iteration: 1, focus, correction: ${zero}, framesUsed: 0, computeMs: 0, declined: 'as ever' };
        },
      }];`,
    );
    const { code, stdout } = await inProcess('check', 'algorithm', '--plugin', at('honest.js'));
    expect(stdout).toMatch(/^skip {2}no-peeking /m);
    expect(stdout).toMatch(/\nhonest keeps to the contract.\n$/);
    expect(code).toBe(0);
  });
});

describe.runIf(process.platform === 'linux')('what a program has started', () => {
  /** Notes its frame and its processes, one of them out of its group, and computes for ever. */
  const program = `
    import { spawn } from 'node:child_process';
    import { renameSync, writeFileSync } from 'node:fs';
    import { createInterface } from 'node:readline';
    const [, , out, end] = process.argv;
    createInterface({ input: process.stdin }).on('line', (line) => {
      const { do: word, under } = JSON.parse(line);
      if (word === 'hello') {
        const hello = { protocol: 1, name: 'forks', version: '1', kind: 'pair', parameters: { perturbationUm: 5 } };
        return console.log(JSON.stringify(hello));
      }
      const idle = ['-e', 'setTimeout(() => {}, 1e6)'];
      const inside = spawn(process.execPath, idle, { stdio: 'inherit' });
      const outside = spawn(process.execPath, idle, { stdio: 'inherit', detached: true });
      writeFileSync(out + '.part', JSON.stringify({ under, pids: [process.pid, inside.pid, outside.pid] }));
      renameSync(out + '.part', out);
      if (end === 'exits') process.exit(1);
      for (;;);
    });`;

  const isGone = async (pid: number) => {
    for (;;) {
      try {
        process.kill(pid, 0);
      } catch {
        return;
      }
      await wait(20);
    }
  };

  it.each(['exits', 'is killed', 'is interrupted'])('ends when it %s', async (how) => {
    await writeFile(at('forks.mjs'), program);
    const out = at(`${how}.json`);
    const command = `exec:"${process.execPath}" "${at('forks.mjs')}" "${out}" ${how.split(' ')[0]}`;
    const args = ['focus', '--microscope', 'sim:merlin', '--width', '256', '--height', '256'];
    const { child, ended } = startSemfocus(folder, [...args, '--algorithm', command]);
    while (!existsSync(out)) await wait(20);
    const { under, pids } = JSON.parse(await readFile(out, 'utf8'));
    if (how === 'is killed') child.kill('SIGKILL');
    if (how === 'is interrupted') child.kill('SIGINT');
    for (const pid of pids) await isGone(pid);
    // The folder of the frame, of the program and of the command.
    const whole = dirname(dirname(dirname(under)));
    while (existsSync(whole)) await wait(20);
    const { code } = await ended;
    expect(code).toBe({ exits: 1, 'is killed': 'SIGKILL', 'is interrupted': 130 }[how]);
  });
});
