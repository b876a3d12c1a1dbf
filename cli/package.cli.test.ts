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

/**
 * As where a firewall lets npm through alone: what install scripts download themselves is out of reach.
 * They do run: the setting of this checkout comes along in the environment.
 */
const env = {
  ...process.env,
  GLOBAL_AGENT_HTTPS_PROXY: 'http://127.0.0.1:9',
  npm_config_ignore_scripts: 'false',
};

async function inFolder(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute(command, args, { cwd: folder, env, shell, maxBuffer: 1e8 });
  return stdout;
}

/** The installed program; npx before it takes longer than what it does. */
const semfocus = (...args: string[]) =>
  inFolder(process.execPath, 'node_modules/semfocus/cli/semfocus.js', ...args);
const document = async (...args: string[]): Promise<unknown> =>
  JSON.parse(await semfocus(...args, '--json'));
const install = (...packages: string[]) =>
  inFolder('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', ...packages);

/** Packs this checkout and installs it into an empty folder, as a stranger would. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  await execute('npm', ['run', 'pack', '--', '--pack-destination', folder], { cwd: root, shell });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  await writeFile(join(folder, 'package.json'), '{"private": true, "type": "module"}');
  await install(`./${archive}`);
});
afterAll(() => rm(folder, { recursive: true }));

describe('the installed package', () => {
  it('holds what is needed to run, and neither sources nor tests', async () => {
    const files = await readdir(join(folder, 'node_modules/semfocus'), { recursive: true });
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    expect(files.filter((name) => /(?<!\.d)\.ts$|\btesting\b|\bfixtures\b/.test(name))).toEqual([]);
    expect(files.filter((name) => /\bmodels.training\b|\.py$/.test(name))).toEqual([]);
  });

  it('has the command', async () => {
    const presets = JSON.parse(
      await inFolder('npx', '--no-install', 'semfocus', 'presets', '--json'),
    );
    expect(presets).toContainEqual(expect.objectContaining({ name: 'merlin' }));
  });

  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'says what to do where the runtime of the networks could not be installed',
    async () => {
      const parity = inFolder('npx', '--no-install', 'semfocus', 'parity');
      await expect(parity).rejects.toThrow(
        /networks need onnxruntime-node: .*\n.*npm install onnxruntime-node --ignore-scripts/,
      );
    },
  );

  it('brings its networks along, and corrects with one of them', async () => {
    const installed = join(folder, 'node_modules/semfocus/models/weights');
    const networks = z.array(z.object({ name: z.string() })).parse(await document('models'));
    expect(networks.map(({ name }) => name)).toEqual((await readdir(installed)).sort());

    await install('onnxruntime-node', '--ignore-scripts');
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

  it('opens every door that it names, for Node and for a strict compiler', async () => {
    const doors = Object.keys(packageJson.exports).filter((door) => door !== './package.json');
    const imports = doors.map(
      (door, i) => `import * as door${i} from 'semfocus${door.slice(1)}';\n`,
    );
    const all = doors.map((_, i) => `door${i}`).join(', ');
    await writeFile(
      join(folder, 'doors.ts'),
      `${imports.join('')}export const sizes = [${all}].map((door) => Object.keys(door).length);`,
    );
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2022'];
    await inFolder(process.execPath, compiler, ...options, 'doors.ts');
    const print = "import { sizes } from './doors.js'; console.log(JSON.stringify(sizes));";
    const sizes = await inFolder(process.execPath, '--input-type=module', '--eval', print);
    expect(JSON.parse(sizes)).toHaveLength(doors.length);
    expect(JSON.parse(sizes)).not.toContain(0);
  });

  it('takes a plugin in TypeScript where Node does, and else says so', async () => {
    const plugin = `const summary: string = 'typed';
      export const algorithms = [{ name: 'mine', version: '1', summary, parameters: {}, run() {} }];`;
    await writeFile(join(folder, 'mine.ts'), plugin);
    const listed = inFolder('npx', '--no-install', 'semfocus', 'algorithms', '--plugin', 'mine.ts');
    if ('typescript' in process.features) expect(await listed).toContain('typed');
    else
      await expect(listed).rejects.toThrow(/mine\.ts cannot be loaded: .*\nTypeScript needs Node/);
  });

  it('runs a plugin in a process of its own, with the errors that the package exports', async () => {
    const plugin = `import { isSemfocusError } from 'semfocus/harness/microscope';
      export const algorithms = [{
        name: 'mine', version: '1', summary: 'goes too far', parameters: {},
        async *run({ microscope }) {
          const focus = await microscope.readFocus();
          const workingDistanceUm = focus.workingDistanceUm + 1e3;
          const isRefused = await microscope.writeFocus({ workingDistanceUm })
            .catch((error) => isSemfocusError(error, 'OutOfRange'));
          const correction = { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 };
          const declined = 'refused: ' + isRefused;
          yield { iteration: 1, focus, correction, framesUsed: 0, computeMs: 0, declined };
        },
      }];`;
    await writeFile(join(folder, 'far.js'), plugin);
    const args = [
      'focus',
      '--microscope',
      'sim:merlin',
      '--plugin',
      'far.js',
      '--algorithm',
      'mine',
    ];
    await expect(semfocus(...args)).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('Declined: refused: true.'),
    });
  });
});
