import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSeries } from '../../harness/series/index.ts';
import { inProcess } from '../testing/inProcess.ts';
import { startSemfocus } from '../testing/semfocus.ts';

let parent: string;
const at = (name: string) => join(parent, name);
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'semfocus-record-'));
});
afterAll(() => rm(parent, { recursive: true }));

const small = ['--width', '256', '--height', '256'];
const focus = (microscope: string, ...args: string[]) =>
  inProcess('focus', '--microscope', microscope, ...small, ...args);

interface Document {
  readonly outcome: string;
  readonly message: string;
  readonly start: object;
  readonly end: object;
  readonly frames: number;
  readonly steps: readonly { readonly computeMs: number }[];
}
/** Without what differs from time to time. */
const essenceOf = (stdout: string) => {
  const {
    microscope: _,
    steps,
    ...document
  } = JSON.parse(stdout) as Document & {
    microscope: string;
  };
  return { ...document, steps: steps.map(({ computeMs: __, ...step }) => step) };
};

describe('--record', () => {
  it('keeps a focus that replay: repeats to the last digit', async () => {
    const algorithm = ['--algorithm', 'spectral', '--json'];
    const first = await focus('sim:merlin', ...algorithm, '--record', at('focus'));
    const series = at('focus/series.json');
    const again = await focus(`replay:${series}`, ...algorithm);
    expect(essenceOf(again.stdout)).toEqual(essenceOf(first.stdout));
    expect(again.code).toBe(first.code);
    const { frames } = JSON.parse(first.stdout) as Document;
    expect((await readSeries(series)).frames).toHaveLength(frames);
    expect(again.stderr).toBe(`replay: ${frames} frames, recorded in the states asked for\n`);
  });

  it('lets another algorithm run on it, and says how far each frame was', async () => {
    const { code, stdout, stderr } = await focus(
      ...[`replay:${at('focus/series.json')}`, '--algorithm', 'mapfost', '--json'],
    );
    expect([0, 1]).toContain(code);
    const { frames } = JSON.parse(stdout) as Document;
    const lines = stderr.trimEnd().split('\n');
    const each = lines.slice(0, -1).map((line) => {
      const pattern =
        /^replay: frame \d+ is frame-\d{4}\.tif, recorded (\d\.\d\d) um away \(working distance [+-]\d\.\d\d um, stigmators [+-]\d\.\d\d, [+-]\d\.\d\d\)$/;
      return Number(pattern.exec(line)?.[1]);
    });
    expect(each.length).toBeGreaterThan(0);
    expect(lines.at(-1)).toMatch(
      new RegExp(
        `^replay: ${frames} frames, ${each.length} of them recorded in another state than asked for, the farthest ${Math.max(...each).toFixed(2)} um away \\(frame \\d+\\)$`,
      ),
    );
  });

  it('keeps a calibration that replay: repeats to the last digit', async () => {
    const args = ['--width', '512', '--height', '512', '--places', '2'];
    const calibrate = (microscope: string, out: string, ...more: string[]) =>
      inProcess('calibrate', '--microscope', microscope, ...args, '--out', at(out), ...more);
    const first = await calibrate('sim:merlin', 'first.json', '--record', at('calibrate'));
    expect(first.stdout).toMatch(/\nRecording: .*calibrate\/series\.json, \d+ frames\n$/);
    const again = await calibrate(`replay:${at('calibrate/series.json')}`, 'again.json');
    expect({ code: again.code, stderr: again.stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/replay: \d+ frames, recorded in the states asked for\n$/),
    });
    const [one, other] = await Promise.all(
      ['first.json', 'again.json'].map((name) => readFile(at(name), 'utf8')),
    );
    expect(other).toBe(one?.replace('"sim:merlin"', '"replay of sim:merlin"'));
  });

  it('can be read by validate', async () => {
    const { code, stdout } = await inProcess(
      ...['validate', at('focus/series.json'), '--algorithm', 'spectral', '--out', at('validated')],
    );
    expect([0, 1]).toContain(code);
    expect(stdout).toMatch(/^series +\S+, sim:merlin, \d pairs?\nsimulated +merlin over tissue/);
  });

  it.each([
    // A program may go on whatever a call ends in.
    ['an algorithm that goes on without the frame', 'try { await expose(); } catch {}'],
    ['an algorithm that does not', 'await expose();'],
  ])('puts the start back where a frame cannot be written: %s', async (name, what) => {
    const folder = at(name.replaceAll(' ', '-'));
    const plugin = at(`${name.replaceAll(' ', '-')}.js`);
    await writeFile(
      plugin,
      `import { mkdirSync } from 'node:fs';
      export const algorithms = [{
        name: 'filling', version: '1', summary: 'x', parameters: {},
        async *run({ microscope, frame }) {
          for (let iteration = 1; iteration < 100; iteration++) {
            const before = await microscope.readFocus();
            const workingDistanceUm = before.workingDistanceUm + 1;
            const focus = await microscope.writeFocus({ workingDistanceUm });
            // What a full disk does: the next frame cannot be written.
            if (iteration === 2) mkdirSync(${JSON.stringify(join(folder, 'frame-0003.tif'))});
            const expose = () => microscope.acquireFrame(frame);
            ${what}
            const correction = { workingDistanceUm: 1, stigmatorX: 0, stigmatorY: 0 };
            yield { iteration, correction, focus, framesUsed: 1, computeMs: 0 };
          }
        },
      }];`,
    );
    const { code, stdout, stderr } = await focus(
      ...['sim:merlin', '--plugin', plugin, '--algorithm', 'filling', '--iterations', '90'],
      ...['--record', folder, '--json'],
    );
    const document = JSON.parse(stdout) as Document;
    expect({ code, outcome: document.outcome }).toEqual({ code: 2, outcome: 'stopped' });
    expect(document.message).toMatch(/^cannot write .*frame-0003\.tif: .*; the start is back/);
    expect(document.end).toEqual(document.start);
    expect(document.steps.length).toBeLessThan(3);
    expect(stderr).toMatch(
      /^the recording ends after 2 frames, which .*series\.json names: cannot write .*frame-0003\.tif: .*\n$/,
    );
    expect((await readSeries(join(folder, 'series.json'))).frames).toHaveLength(2);
  });

  it('leaves a folder that can be replayed when it is killed', async () => {
    const folder = at('killed');
    const args = ['--algorithm', 'spectral', '--iterations', '500', '--all-iterations'];
    const { child, ended } = startSemfocus(parent, [
      ...['focus', '--microscope', 'sim:merlin', ...small, ...args, '--record', folder],
    ]);
    let text = '';
    child.stdout?.on('data', (data) => {
      text += data;
      if (/^ +2 /m.test(text) && !child.killed) child.kill('SIGKILL');
    });
    await ended;
    const { frames } = await readSeries(join(folder, 'series.json'));
    expect(frames.length).toBeGreaterThanOrEqual(5);
    const { code, stdout } = await focus(
      ...[`replay:${join(folder, 'series.json')}`, '--algorithm', 'spectral'],
      ...['--iterations', '2', '--all-iterations', '--json'],
    );
    expect([0, 1]).toContain(code);
    expect((JSON.parse(stdout) as Document).steps).toHaveLength(2);
  });

  it('refuses a folder that holds something, before anything is exposed', async () => {
    const folder = at('focus');
    const { code, stderr } = await focus(
      ...['sim:merlin', '--algorithm', 'spectral', '--record', folder],
    );
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: --record must be a new or empty folder. ${folder} holds calibration.json\n`,
    });
  });
});
