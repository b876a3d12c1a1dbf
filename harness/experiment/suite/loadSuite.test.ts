import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSemfocusError } from '../../microscope/index.ts';
import { listSuites, loadSuite } from './loadSuite.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-suite-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Message of the error that loading ends in, which must be a ConfigError; folder left out. */
async function refusal(nameOrFile: string): Promise<string> {
  const error: unknown = await loadSuite(nameOrFile).then(
    () => new Error('was accepted'),
    (reason: unknown) => reason,
  );
  if (!isSemfocusError(error, 'ConfigError')) throw error;
  return error.message.replaceAll(folder, '');
}

/** The demonstration suite with something changed, as a file. */
async function fileWith(change: (suite: Record<string, unknown>) => void): Promise<string> {
  const suite: Record<string, unknown> = structuredClone(await loadSuite('demo'));
  change(suite);
  const path = join(folder, 'mine.json');
  await writeFile(path, JSON.stringify(suite));
  return path;
}

describe('built-in suites', () => {
  it('are all valid, named like their files, with pairs of limits that hold their starts', async () => {
    const suites = await listSuites();
    expect(suites.map(({ name }) => name)).toEqual([
      'architectures',
      'charts',
      'classics',
      'demo',
      'figure-2',
      'figure-2e',
      'figure-5',
      'frontier',
      'low-snr',
      'patches',
      'pupil',
      'release',
      'robustness',
      'simplex',
      'timing',
      'transfer',
      'vessel',
    ]);
    for (const suite of suites) expect(await loadSuite(suite.name)).toEqual(suite);
  });

  it('figure-5 is the protocol of the article', async () => {
    const suite = await loadSuite('figure-5');
    expect(suite.trajectories).toEqual({
      count: 9,
      gridSpacingUm: 80,
      start: { workingDistanceUm: [8, 12], stigmatorX: [-4, -2], stigmatorY: [2, 4] },
    });
    expect(suite.frame).toEqual({ width: 2048, height: 1536 });
    expect(suite.margins).toEqual({ workingDistanceUm: 1, stigmator: 0.25 });
  });

  it('an unknown name lists the known ones and suggests the nearest', async () => {
    expect(await refusal('figure5')).toMatchInlineSnapshot(
      `"suite must be architectures, charts, classics, demo, figure-2, figure-2e, figure-5, frontier, low-snr, patches, pupil, release, robustness, simplex, timing, transfer, vessel or the path of a .json file. Received "figure5"; did you mean figure-5?"`,
    );
    expect(await refusal('nonsense')).toMatchInlineSnapshot(
      `"suite must be architectures, charts, classics, demo, figure-2, figure-2e, figure-5, frontier, low-snr, patches, pupil, release, robustness, simplex, timing, transfer, vessel or the path of a .json file. Received "nonsense""`,
    );
  });
});

describe('suite files', () => {
  it('are read by path', async () => {
    const path = await fileWith((suite) => {
      suite.name = 'mine';
    });
    expect((await loadSuite(path)).name).toBe('mine');
  });

  it('may begin with a byte order mark, as some editors write it', async () => {
    const path = join(folder, 'bom.json');
    await writeFile(path, `\uFEFF${JSON.stringify(await loadSuite('demo'))}`);
    expect((await loadSuite(path)).name).toBe('demo');
  });

  it('that are missing or no JSON are refused by name', async () => {
    expect(await refusal(join(folder, 'absent.json'))).toMatchInlineSnapshot(
      `"cannot read the suite file /absent.json: ENOENT: no such file or directory"`,
    );
    const path = join(folder, 'text.json');
    await writeFile(path, 'name: demo\n');
    expect(await refusal(path)).toMatch(/^\/text\.json must be a suite in JSON\. \S/);
  });

  it('that have wrong fields are refused in one line: path, what is allowed, what was received', async () => {
    const wrong: Record<string, (suite: Record<string, unknown>) => void> = {
      'number out of range': (s) => Object.assign(s.frame as object, { width: 10 }),
      'fraction for a count': (s) => Object.assign(s.trajectories as object, { count: 2.5 }),
      'text for a number': (s) => Object.assign(s, { seed: 'one' }),
      'unknown choice': (s) => Object.assign(s, { psf: ['airy'] }),
      'empty list': (s) => Object.assign(s, { presets: [] }),
      'missing field': (s) => delete s.margins,
      'misspelt field': (s) => Object.assign(s.limits as object, { workingDistance: 1 }),
      'newer schema': (s) => Object.assign(s, { schema: 2 }),
      'capital letters': (s) => Object.assign(s, { name: 'Mine' }),
      'range the wrong way round': (s) =>
        Object.assign((s.trajectories as { start: object }).start, { stigmatorX: [4, 2] }),
      'start beyond the limits': (s) => Object.assign(s.limits as object, { workingDistanceUm: 5 }),
      'a list': (s) => Object.assign(s, { frame: [1, 2] }),
      'many at once': (s) => Object.assign(s, { a: 1, name: 1, seed: -1, title: 2, psf: 3 }),
    };
    const messages: string[] = [];
    for (const [name, change] of Object.entries(wrong)) {
      const message = await refusal(await fileWith(change));
      expect(message, name).not.toContain('\n');
      messages.push(`${name}: ${message}`);
    }
    expect(messages).toMatchInlineSnapshot(`
      [
        "number out of range: /mine.json: frame.width must be a whole number from 64 to 32768 px. Received 10",
        "fraction for a count: /mine.json: trajectories.count must be a whole number from 1 to 100000. Received 2.5",
        "text for a number: /mine.json: seed must be a whole number of at least 0. Received "one"",
        "unknown choice: /mine.json: psf[0] must be gaussian, disc or wave. Received "airy"",
        "empty list: /mine.json: presets must be a list of at least 1. Received []",
        "missing field: /mine.json: margins must be an object with the fields workingDistanceUm, stigmator. Received nothing",
        "misspelt field: /mine.json: field of limits must be workingDistanceUm or stigmator. Received "workingDistance"; did you mean workingDistanceUm?",
        "newer schema: /mine.json: schema must be 1. Received 2",
        "capital letters: /mine.json: name: lower-case letters, digits and hyphens only. Received "Mine"",
        "range the wrong way round: /mine.json: trajectories.start.stigmatorX: the lower end must come first. Received [4,2]",
        "start beyond the limits: /mine.json: limits.workingDistanceUm: must be at least 12, the farthest start in workingDistanceUm. Received 5",
        "a list: /mine.json: frame must be an object with the fields width, height, pixelSizeNm. Received [1,2]",
        "many at once: /mine.json: name must be text. Received 1; title must be text. Received 2; seed must be a whole number of at least 0. Received -1; and 2 more",
      ]
    `);
  });
});
