import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProcess } from '../testing/inProcess.ts';
import { recordsOf } from '../testing/recordsOf.ts';
import { startSemfocus } from '../testing/semfocus.ts';
import { tinySuite, writeSuite } from '../testing/tinySuite.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const exec = () => `exec:"${process.execPath}" "${at('program.mjs')}"`;

/** Answers every pair with the same correction; with `deaf` it notes its process and its frames and computes for ever. */
const program = `
import { renameSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const [fault] = process.argv.slice(2);
createInterface({ input: process.stdin }).on('line', (line) => {
  const answer = JSON.parse(line).do === 'hello'
    ? { protocol: 1, name: 'fixed', version: '1', kind: 'pair', parameters: { perturbationUm: 5, gain: 1 } }
    : { correction: { workingDistanceUm: -1, stigmatorX: 0, stigmatorY: 0 } };
  if (fault === 'deaf' && answer.correction) {
    const { under } = JSON.parse(line);
    writeFileSync('deaf.part', JSON.stringify({ pid: process.pid, under }));
    renameSync('deaf.part', 'deaf.json');
    for (;;);
  }
  console.log(JSON.stringify(answer));
});`;

const plugin = (summary: string) => `
export const algorithms = [{
  name: 'declining', version: '1', summary: '${summary}', parameters: { perturbationUm: 5 },
  createEstimator: () => ({ estimate: () => ({ declined: 'as ever' }) }),
}, {
  name: 'idle', version: '1', summary: 'ends at once', parameters: {},
  async *run() {},
}];`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  await writeSuite(folder, 'tiny');
  await writeSuite(folder, 'named', {
    algorithms: [
      { name: 'fixed', parameters: { gain: 2 }, iterations: 1, dwellTimesNs: [100] },
      ...tinySuite.algorithms,
    ],
  });
  await writeSuite(folder, 'starting', {
    algorithms: [{ name: 'exec:node program.mjs', iterations: 1, dwellTimesNs: [100] }],
  });
  await writeFile(at('program.mjs'), program);
  await writeFile(at('plugin.mjs'), plugin('declines'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Stored {
  readonly outcome: string;
  readonly scenario: {
    readonly algorithm: { readonly name: string };
    readonly iterations: number;
    readonly frame: { readonly dwellTimeNs: number };
  };
  readonly message?: string;
}
const storedIn = async (out: string) => (await recordsOf(at(out))) as Stored[];

describe('semfocus run with algorithms of one’s own', () => {
  const args = () => [
    ...['run', at('tiny.json'), '--out', at('own'), '--algorithms', 'spectral,declining'],
    ...['--plugin', at('plugin.mjs'), '--algorithm', exec(), '--workers', '2'],
  ];

  it('runs a plugin and a program beside those of the suite, in worker threads', async () => {
    const { code, stderr } = await inProcess(...args());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const records = await storedIn('own');
    const about = new Map(
      records.map(({ outcome, scenario }) => [scenario.algorithm.name, { outcome, scenario }]),
    );
    expect([...about.keys()].sort()).toEqual(['declining', 'fixed', 'spectral']);
    expect(about.get('declining')).toMatchObject({ outcome: 'declined' });
    // The suite's iterations and dwell times.
    expect(about.get('fixed')?.scenario).toMatchObject({
      algorithm: { version: '1', parameters: { perturbationUm: 5, gain: 1 } },
      iterations: 2,
      frame: { dwellTimeNs: 200 },
    });
    const text = await readFile(at('own', 'records.jsonl'), 'utf8');
    expect(text).not.toContain(folder);
  });

  it('does not take the results of a plugin for those of another that calls itself the same', async () => {
    expect((await inProcess(...args())).stderr).toMatch(/6 of 6 trajectories were done before/);
    await writeFile(at('plugin.mjs'), plugin('declines, otherwise'));
    const other = await inProcess(...args());
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(other.stderr).toContain(`${at('own')} holds the results of another plan`);
    expect(other.stderr).toMatch(/sourceSha256 was "[0-9a-f]+", is "[0-9a-f]+"/);
  });

  it('runs a program as the suite says that knows its name; a suite itself starts none', async () => {
    const { code } = await inProcess(
      ...['run', at('named.json'), '--out', at('named'), '--algorithms', 'fixed'],
      ...['--algorithm', exec(), '--workers', '1'],
    );
    expect(code).toBe(0);
    const [record] = await storedIn('named');
    expect(record?.scenario).toMatchObject({
      algorithm: { name: 'fixed', parameters: { gain: 2 } },
      iterations: 1,
      frame: { dwellTimeNs: 100 },
    });
    const refused = await inProcess('run', at('starting.json'), '--out', at('starting'));
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(
      "a suite cannot start programs: use --algorithm 'exec:node program.mjs' on the command line",
    );
  });

  it('leaves neither a program nor a frame behind when it is interrupted', async () => {
    const command = `${exec()} deaf`;
    const { child, ended } = startSemfocus(folder, [
      ...['run', 'tiny.json', '--out', 'deaf', '--algorithms', 'spectral', '--algorithm', command],
    ]);
    while (!existsSync(at('deaf.json'))) await setTimeout(20);
    const { pid, under } = JSON.parse(await readFile(at('deaf.json'), 'utf8'));
    expect(existsSync(under)).toBe(true);
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    for (;;) {
      try {
        process.kill(pid, 0);
      } catch {
        break;
      }
      await setTimeout(20);
    }
    // Neither the frame, nor the folder of the program, nor that of the run.
    expect(existsSync(dirname(dirname(under)))).toBe(false);
  });
});

describe('semfocus check', () => {
  it('fails by exit code 1, naming what failed and what to do', async () => {
    const args = ['check', 'algorithm', 'idle', '--plugin', at('plugin.mjs')];
    const { code, stdout } = await inProcess(...args);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}steps .*\n.*it ended without a single iteration\n.*To do: /m);
    expect(stdout).toMatch(/\nidle failed 1 of the checks.\n$/);
  });

  it('lets a program pass that keeps to the protocol, however badly it focuses', async () => {
    const { code, stdout, stderr } = await inProcess('check', 'algorithm', exec(), '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ schema: 1, algorithm: 'fixed', passed: true });
    expect(document.checks).toHaveLength(14);
  });

  it('refuses what cannot be checked by exit code 2', async () => {
    const several = await inProcess('check', 'algorithm', '--plugin', at('plugin.mjs'));
    expect(several).toMatchObject({ code: 2, stdout: '' });
    expect(several.stderr).toContain('needs one of the names declining, idle. Received nothing');
    const what = await inProcess('check', 'weather', 'mapfost');
    expect(what.stderr).toContain('command must be microscope or algorithm. Received "weather"');
  });
});
