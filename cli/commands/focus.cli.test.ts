import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inProcess } from '../testing/inProcess.ts';
import { startSemfocus } from '../testing/semfocus.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  // What happens to a microscope whose algorithm goes astray.
  await writeFile(
    join(folder, 'astray.js'),
    `const away = (name, um) => ({
  name,
  version: '1',
  summary: 'for tests',
  parameters: {},
  async *run({ microscope, frame, signal }) {
    for (let iteration = 1; ; iteration++) {
      const { workingDistanceUm } = await microscope.readFocus({ signal });
      const focus = await microscope.writeFocus({ workingDistanceUm: workingDistanceUm + um }, { signal });
      await microscope.acquireFrame(frame, { signal });
      const correction = { workingDistanceUm: um, stigmatorX: 0, stigmatorY: 0 };
      yield { iteration, correction, focus, framesUsed: 1, computeMs: 0 };
    }
  },
});
const lost = (name, then) => ({
  ...away(name, 0),
  async *run(context) {
    for await (const step of away(name, 5).run(context)) {
      yield step;
      await then();
    }
  },
});
export const algorithms = [
  away('away', 25),
  away('far-away', 45),
  lost('broken', () => { throw new TypeError('no such property'); }),
  lost('deaf', () => new Promise((resolve) => setTimeout(resolve, 1e6))),
  lost('endless', () => { for (;;); }),
];
`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

// Even tissue: in `tissue` one body can fill so small a frame.
const small = ['--width', '384', '--height', '320', '--seed', '2', '--specimen', 'tissue-dense'];
const focus = (...args: string[]) =>
  inProcess('focus', '--microscope', 'sim:merlin', ...small, ...args);
const astray = (...args: string[]) => focus('--plugin', join(folder, 'astray.js'), ...args);

interface State {
  readonly workingDistanceUm: number;
}
interface Document {
  readonly outcome: string;
  readonly message?: string;
  readonly start: State;
  readonly end: State;
  readonly frames: number;
  readonly doseElectronsPerNm2: number;
  readonly steps: readonly { readonly focus: State; readonly frames: number }[];
}

describe('semfocus focus', () => {
  it('leaves the microscope where the algorithm wants it, and prints a line per iteration', async () => {
    const { code, stdout, stderr } = await focus('--algorithm', 'mapfost');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^mapfost on sim:merlin: frames of 384 x 320 px, 10.03 nm, 200 ns/);
    expect(lines[1]).toBe('guard: within 60 µm and 20 % of the start, no dose limit');
    expect(lines.slice(4, 8).map((line) => line.trim().split(/\s+/)[0])).toEqual([
      ...['start', '1', '2', '3'],
    ]);
    expect(lines.at(-2)).toBe(
      'Done: inside 1 µm and 0.25 % after 3 iterations, the algorithm says; the frame afterwards confirms it.',
    );
    // Three pairs, and one frame before and after.
    expect(lines.at(-1)).toMatch(/; 8 frames, 148\.9 e\/nm²/);
    expect(lines.filter((line) => line.length > 110)).toEqual([]);
  });

  it('dry: says what it would correct and puts the start back', async () => {
    const { code, stdout } = await focus('--algorithm', 'mapfost', '--dry-run', '--json');
    const document: Document = JSON.parse(stdout);
    expect({ code, outcome: document.outcome }).toEqual({ code: 0, outcome: 'dry-run' });
    expect(document.end).toEqual(document.start);
    expect(document.steps).toHaveLength(1);
    expect(document.steps[0]?.focus).not.toEqual(document.start);
    // A pair, one frame before it and one after the way back.
    expect(document.frames).toBe(4);
  });

  it('goes back where the microscope is blurrier afterwards', async () => {
    const { code, stdout } = await astray('--algorithm', 'away', '--iterations', '1', '--json');
    const document: Document = JSON.parse(stdout);
    expect({ code, outcome: document.outcome }).toEqual({ code: 1, outcome: 'worse' });
    expect(document.end).toEqual(document.start);
  });

  it.each([
    ['a limit', ['--limit-wd', '30'], /must be within 30 um of the starting point/],
    ['a limit of single steps', ['--step-limit-wd', '40'], /must be within 40 um of the present/],
    ['the dose limit', ['--dose-limit', '30'], /more than the budget of 30/],
  ])('obeys %s', async (_name, args, message) => {
    const name = args[0] === '--step-limit-wd' ? 'far-away' : 'away';
    const { code, stdout } = await astray('--algorithm', name, ...args, '--json');
    const document: Document = JSON.parse(stdout);
    expect({ code, outcome: document.outcome }).toEqual({ code: 1, outcome: 'stopped' });
    expect(document.message).toMatch(message);
    expect(document.end).toEqual(document.start);
    expect(document.doseElectronsPerNm2).toBeLessThan(60);
  });

  it('obeys a limits file, and an option before it', async () => {
    const limits = join(folder, 'limits.json');
    await writeFile(limits, JSON.stringify({ schema: 1, fromStart: { workingDistanceUm: 30 } }));
    const away = ['--algorithm', 'away', '--limits', limits, '--iterations', '2', '--json'];
    const refused: Document = JSON.parse((await astray(...away)).stdout);
    expect(refused.outcome).toBe('stopped');
    expect(refused.message).toMatch(/must be within 30 um of the starting point/);
    const wider: Document = JSON.parse((await astray(...away, '--limit-wd', '60')).stdout);
    expect(wider.outcome).toBe('worse');
  });

  // The guard charged one of four averaged passes: 223 e/nm2 reached the specimen in spite of the
  // limit of 60.
  it('obeys the dose limit on a microscope that averages frames', async () => {
    const preset = join(folder, 'avg4.json');
    const averaged = { extends: 'merlin', name: 'avg4', summary: 'x', scan: { frameAverages: 4 } };
    await writeFile(preset, JSON.stringify(averaged));
    const args = ['--microscope', `sim:${preset}`, '--algorithm', 'spectral', ...small];
    const { code, stdout } = await inProcess('focus', ...args, '--dose-limit', '60', '--json');
    const document: Document = JSON.parse(stdout);
    expect({ code, outcome: document.outcome }).toEqual({ code: 1, outcome: 'stopped' });
    expect(document.message).toMatch(
      /the dose to 74\.5 electrons\/nm2, more than the budget of 60/,
    );
    expect(document.doseElectronsPerNm2).toBe(0);
    const { stdout: text } = await inProcess('focus', ...args, '--dry-run');
    expect(text.split('\n', 1)[0]).toMatch(/, 200 ns, 74\.5 e\/nm² a frame$/);
  });

  it('goes on for as many iterations as are wanted', async () => {
    const { code, stdout } = await focus(
      ...['--algorithm', 'spectral', '--iterations', '3', '--all-iterations', '--json'],
    );
    const document: Document = JSON.parse(stdout);
    expect({ code, outcome: document.outcome }).toEqual({ code: 0, outcome: 'focused' });
    expect(document.steps).toHaveLength(3);
  });

  it.each([
    [
      'the iterations are used up',
      ['--algorithm', 'spectral', '--iterations', '2', '--margin-stig', '0.001'],
      'Not confirmed: 2 iterations, as many as allowed; the algorithm is not sure to be inside the margins.',
    ],
    [
      'an algorithm cannot say how sure it is',
      ['--algorithm', 'heuristic', '--iterations', '2'],
      'Not confirmed: 2 iterations, as many as allowed; the algorithm does not say how sure it is.',
    ],
    [
      'the best of a search lies at a limit',
      ['--algorithm', 'sharpness-sweep', '--limit-wd', '1'],
      'Declined: the search ended at the limit of workingDistanceUm; the start was put back.',
    ],
  ])('does not claim focus where %s', async (_name, args, message) => {
    const { code, stdout } = await focus(...args);
    expect(stdout).toContain(`\n${message}\n`);
    expect(code).toBe(1);
  });

  it('keeps what the microscope was told', async () => {
    const file = join(folder, 'calls.jsonl');
    const { stdout } = await focus('--algorithm', 'spectral', '--log', file, '--json');
    const document: Document = JSON.parse(stdout);
    const calls = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const named = (name: string) => calls.filter((line) => JSON.parse(line).call === name);
    expect(named('acquireFrame')).toHaveLength(document.frames);
    expect(JSON.parse(named('writeFocus').at(-1) ?? '').result).toEqual(document.end);
    expect(JSON.parse(named('blankBeam').at(-1) ?? '').request).toBe(true);
  });

  it('goes back where the algorithm breaks down', async () => {
    const { code, stdout } = await astray('--algorithm', 'broken', '--json');
    const document: Document = JSON.parse(stdout);
    expect({ code, outcome: document.outcome, message: document.message }).toEqual({
      code: 1,
      outcome: 'stopped',
      message:
        'the plugin astray.js: no such property; the start is back, as read and as a frame shows, and the beam is blanked',
    });
    expect(document.end).toEqual(document.start);
    expect(document.steps).toHaveLength(1);
  });

  it.each([
    ['an algorithm that computes', ['mapfost', '--iterations', '500', '--all-iterations']],
    ['a network', ['deepfocus-128', '--iterations', '500', '--all-iterations']],
    ['an algorithm that does not hear', ['deaf', '--plugin', 'astray.js']],
    ['a loop without an end', ['endless', '--plugin', 'astray.js']],
  ])('goes back when it is interrupted: %s', async (_name, [algorithm = '', ...args]) => {
    const what = ['focus', '--microscope', 'sim:merlin', '--algorithm', algorithm, ...args];
    const { child, ended } = startSemfocus(folder, [...what, ...small]);
    let text = '';
    child.stdout?.on('data', (data) => {
      text += data;
      // An iteration has ended, the next one is under way.
      if (/^ +1 /m.test(text) && !child.killed) child.kill('SIGINT');
    });
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr:
        'interrupted: putting the start back (again to leave at once, with the microscope as it is)\n',
    });
    expect(stdout).toContain(
      '\nInterrupted: the start is back, as read and as a frame shows, and the beam is blanked.\n',
    );
    const [, workingDistance, x, y] = /^start +(\S+) +(\S+) +(\S+)/m.exec(stdout) ?? [];
    expect(stdout).toContain(
      `working distance ${workingDistance} µm, stigmators ${x} and ${y} %; `,
    );
  });

  it('goes back when semfocus itself is at fault, and says so', async () => {
    await writeFile(
      join(folder, 'defect.mjs'),
      `const { write } = process.stdout;
      process.stdout.write = function (text, ...rest) {
        if (/^ +1 /m.test(text)) setTimeout(() => { throw new TypeError('a defect'); });
        return write.call(this, text, ...rest);
      };`,
    );
    vi.stubEnv('NODE_OPTIONS', '--import ./defect.mjs');
    const args = ['--algorithm', 'mapfost', '--iterations', '500', '--all-iterations'];
    const { code, stdout, stderr } = await startSemfocus(folder, [
      ...['focus', '--microscope', 'sim:merlin', ...args, ...small],
    ]).ended;
    expect(code).toBe(4);
    expect(stderr).toMatch(/\ninternal error: a defect\n/);
    expect(stdout).toContain(
      'the start is back, as read and as a frame shows, and the beam is blanked.\n',
    );
  });

  it('says so where there is nothing to focus on', async () => {
    const { code, stdout } = await focus('--algorithm', 'spectral', '--specimen', 'blank');
    expect(code).toBe(1);
    expect(stdout).toContain('\nDeclined: ');
  });

  it.each([
    [['--algorithm', 'gras'], '--algorithm must be'],
    [[], 'one of --algorithm and --model must be given'],
    [['--algorithm', 'mapfost', '--limit-wd', '0'], '--limit-wd must be a number above 0 um'],
    [['--algorithm', 'mapfost', '--calibration', 'none.json'], 'none.json'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await focus(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('can be looked at in a browser until it is interrupted, also after its end', async () => {
    const args = ['focus', '--microscope', 'sim:merlin', '--algorithm', 'spectral', '--live'];
    const { child, ended } = startSemfocus(folder, [...args, ...small]);
    let text = '';
    const url = await new Promise<string>((resolve) => {
      child.stderr?.on('data', (data) => {
        text += data;
        const found = /^Live: (\S+)/m.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (data) => {
        if (String(data).includes('Done: ')) resolve();
      });
    });
    // No page has fetched a frame so far, and none does in between.
    const once = { headers: { Connection: 'close' } };
    expect((await fetch(url, once)).status).toBe(200);
    const events = await fetch(new URL('events', url), once);
    child.kill('SIGINT');
    const told = await events.text();
    expect(told).toMatch(/^event: picture\ndata: \{"title":"spectral on sim:merlin"/);
    expect(told).toContain('"verdict":"Done: ');
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: `Live: ${url} (Ctrl-C ends it)\n` });
  });
});
