import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { isSemfocusError } from '../../microscope/index.ts';
import { openHttpMicroscope } from './openHttpMicroscope.ts';

/** As for the examples in Python: skipped where there is none, unless one is named, as `.ci/run` does. */
const python = process.env.SEMFOCUS_PYTHON || 'python3';
const isMissing =
  process.env.SEMFOCUS_PYTHON === undefined && spawnSync(python, ['--version']).status !== 0;
if (isMissing) process.stderr.write(`the bridge to SmartSEM is not tried: there is no ${python}\n`);

let bridge: ChildProcess | undefined;
afterEach(() => bridge?.kill('SIGKILL'));

it.runIf(!isMissing)('drives a SmartSEM that is none through the bridge in Python', async () => {
  const program = new URL('../../../bridges/smartsem/tests/serve_stand_in.py', import.meta.url);
  bridge = spawn(python, [fileURLToPath(program), '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: bridge.stdout! });
  const said: string[] = [];
  lines.on('line', (line) => said.push(line));
  await once(lines, 'line');
  const [url = ''] = /http:[^;]+/.exec(said[0]!) ?? [];
  const microscope = await openHttpMicroscope(url);
  const { name, isSimulated, canBlankBeam, parameters } = await microscope.describe();
  expect({ name, isSimulated, canBlankBeam, lacks: microscope.lacks }).toEqual({
    name: 'smartsem',
    isSimulated: false,
    canBlankBeam: true,
    lacks: [],
  });
  expect(parameters.dwellTimeNs.choices?.slice(0, 3)).toEqual([50, 100, 200]);
  const focus = await microscope.writeFocus({ workingDistanceUm: 4510.25, stigmatorX: 1 });
  // As 32 bit have it.
  expect(focus.workingDistanceUm).toBeCloseTo(4510.25, 3);
  expect(focus).toMatchObject({ stigmatorX: 1, stigmatorY: -1 });

  const request = { width: 512, height: 384, pixelSizeNm: 10, dwellTimeNs: 100 };
  const frame = await microscope.acquireFrame(request);
  expect(frame.pixels.shape).toEqual([384, 512]);
  expect(frame.actual.focus).toEqual(focus);
  expect(frame.actual.pixelSizeNm).toBeCloseTo(10, 5);
  const code = (call: Promise<unknown>) =>
    call.catch((error: unknown) => (isSemfocusError(error) ? error.tag : error));
  expect(await code(microscope.acquireFrame({ ...request, width: 500 }))).toBe('OutOfRange');
  expect(await code(microscope.acquireFrame({ ...request, dwellTimeNs: 150 }))).toBe('OutOfRange');
  expect(await code(microscope.writeFocus({ workingDistanceUm: 1e6 }))).toBe('OutOfRange');
  const region = { x: 0, y: 0, width: 64, height: 64 };
  expect(await code(microscope.acquireFrame({ ...request, region }))).toBe('Unsupported');
  await microscope.blankBeam(false);
  await microscope.close();

  bridge.kill('SIGINT');
  await once(lines, 'close');
  expect(said.slice(1)).toEqual(['the beam is blanked', 'beam on: False']);
});
