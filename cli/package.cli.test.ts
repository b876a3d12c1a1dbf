import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import { recordsOf } from './testing/recordsOf.ts';
import { writeSuite } from './testing/tinySuite.ts';

const execute = promisify(execFile);
const shell = process.platform === 'win32';
const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

async function inFolder(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute(command, args, { cwd: folder, shell, maxBuffer: 1e8 });
  return stdout;
}

/** The installed program; npx before it takes longer than what it does. */
const semfocus = (...args: string[]) =>
  inFolder(process.execPath, 'node_modules/semfocus/cli/semfocus.js', ...args);
const document = async (...args: string[]): Promise<unknown> =>
  JSON.parse(await semfocus(...args, '--json'));

/** Packs this checkout and installs it into an empty folder, as a stranger would. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  await execute('npm', ['pack', '--pack-destination', folder], { cwd: root, shell });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  await writeFile(join(folder, 'package.json'), '{"private": true, "type": "module"}');
  await inFolder('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', `./${archive}`);
});
afterAll(() => rm(folder, { recursive: true }));

describe('the installed package', () => {
  it('holds what is needed to run, and no tests', async () => {
    const files = await readdir(join(folder, 'node_modules/semfocus'), { recursive: true });
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    expect(files.filter((name) => /\.test\.ts$|\btesting\b|\bfixtures\b/.test(name))).toEqual([]);
    expect(files.filter((name) => /\bmodels.training\b|\.py$/.test(name))).toEqual([]);
  });

  it('has the command', async () => {
    const presets = JSON.parse(
      await inFolder('npx', '--no-install', 'semfocus', 'presets', '--json'),
    );
    expect(presets).toContainEqual(expect.objectContaining({ name: 'merlin' }));
  });

  it('brings its networks along, and corrects with one of them', async () => {
    const installed = join(folder, 'node_modules/semfocus/models/weights');
    const networks = z.array(z.object({ name: z.string() })).parse(await document('models'));
    expect(networks.map(({ name }) => name)).toEqual((await readdir(installed)).sort());

    const size = ['--width', '400', '--height', '384'];
    await document('render', '--wd', '-2,8', ...size, '--out', 'pair');
    const estimate = await document(
      ...['estimate', '--algorithm', 'deepfocus-spectral-384'],
      ...['--under', 'pair/wd-2.png', '--over', 'pair/wd+8.png'],
      ...['--pixel-size', '10.03', '--perturbation', '5'],
    );
    // Midway between the two the working distance is 3 um too long.
    expect(
      z.object({ workingDistanceUm: z.number() }).parse(estimate).workingDistanceUm,
    ).toBeLessThan(-1);
  });

  it('runs a suite, worker thread and report included', async () => {
    await writeSuite(folder, 'tiny');
    const args = ['run', 'tiny.json', '--out', 'out', '--workers', '1'];
    expect(await semfocus(...args)).toContain('Report: out');
    expect(await recordsOf(join(folder, 'out'))).toHaveLength(4);
    expect(await readdir(join(folder, 'out'))).toContain('report.html');
  });

  it('opens every door that it names', async () => {
    const doors = Object.keys(packageJson.exports).filter((door) => door !== './package.json');
    const script = doors
      .map((door) => `console.log(Object.keys(await import('semfocus${door.slice(1)}')).length);`)
      .join('\n');
    await writeFile(join(folder, 'doors.mjs'), script);
    const counts = (await inFolder(process.execPath, '--import', 'tsx', 'doors.mjs'))
      .trim()
      .split('\n');
    expect(counts).toHaveLength(doors.length);
    expect(counts.map(Number).filter((count) => count === 0)).toEqual([]);
  });
});
