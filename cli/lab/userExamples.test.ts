import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PairEstimator } from '../../harness/algorithm/index.ts';
import { syntheticPair } from '../../harness/algorithm/testing/syntheticPair.ts';
import type { GreyPixels } from '../../harness/microscope/index.ts';
import { greyPixels, RandomStream } from '../../harness/numeric/index.ts';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { inProcess } from '../testing/inProcess.ts';
import { recordsOf } from '../testing/recordsOf.ts';
import { tinySuite, writeSuite } from '../testing/tinySuite.ts';
import { registry } from './registry.ts';
import { openUserAlgorithms } from './userAlgorithms.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The interpreter that runs the examples: `SEMFOCUS_PYTHON` names it, `.ci/run` one that has NumPy. */
const python = process.env.SEMFOCUS_PYTHON || 'python3';

const canImport = (modules: string): boolean =>
  spawnSync(python, ['-c', `import ${modules}`]).status === 0;

/** Python is not needed to use semfocus. Where an interpreter is named, as `.ci/run` does, none is skipped. */
const isWithoutNumpy = process.env.SEMFOCUS_PYTHON === undefined && !canImport('numpy');
if (isWithoutNumpy) {
  process.stderr.write(
    `examples in Python are skipped: ${python} has no numpy; name another interpreter in SEMFOCUS_PYTHON\n`,
  );
}

describe('examples of algorithms of one’s own', () => {
  it('are these', async () => {
    expect((await readdir(`${examples}python`)).filter((name) => name !== '__pycache__')).toEqual([
      'mapfost_package.py',
      'thirty_lines.py',
      'toy_microscope.py',
    ]);
    expect(await readdir(`${examples}plugin`)).toEqual(['mine.js']);
  });

  it('plugin/mine.js comes closer with every pass', async () => {
    const parameters = { stepUm: 5, stepUnits: 1 };
    const algorithms = [{ name: 'parabolas', parameters, iterations: 5, dwellTimesNs: [800] }];
    const start = { workingDistanceUm: [5, 6], stigmatorX: [-1, -0.5], stigmatorY: [0.5, 1] };
    const trajectories = { count: 1, gridSpacingUm: 80, start };
    const frame = { width: 384, height: 256 };
    const suite = await writeSuite(folder, 'mine', { algorithms, trajectories, frame });
    const args = ['--plugin', `${examples}plugin/mine.js`, '--out', join(folder, 'mine')];
    expect(await inProcess('run', suite, ...args)).toMatchObject({ code: 0 });
    const records = (await recordsOf(join(folder, 'mine'))) as TrajectoryRecord[];
    expect(records).toHaveLength(1);
    for (const { message, iterations } of records) {
      expect(message).toBeUndefined();
      const distance = (i: number) => {
        const residual = iterations.at(i)?.residual;
        return Math.hypot(...Object.values(residual ?? { missing: Number.NaN }));
      };
      expect(distance(-1)).toBeLessThan(distance(0) / 2);
    }
  });

  it('the module in docs/own-algorithms.md is one', async () => {
    const page = await readFile(`${examples}../docs/own-algorithms.md`, 'utf8');
    const path = join(folder, 'page.js');
    await writeFile(path, /```js\n(.*?)```/s.exec(page)?.[1] ?? '');
    const own = await openUserAlgorithms({ plugins: [path], timeoutS: 300 });
    const pair = {
      under: noise(8, 8, 1),
      over: noise(8, 8, 2),
      pixelSizeNm: 10,
      perturbationUm: 5,
    };
    const estimate = own.entries[0]?.createEstimator?.(calibration).estimate(pair);
    expect(await estimate?.finally(() => own.close())).toEqual({
      correction: { workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 },
      astigmatismUm: { a: 0, b: 0 },
    });
  });

  it.skipIf(isWithoutNumpy)('the programs in docs/own-algorithms.md are such', async () => {
    const page = await readFile(`${examples}../docs/own-algorithms.md`, 'utf8');
    const programs = [...page.matchAll(/```python\n(.*?)```/gs)].map(([, text = '']) => text);
    const algorithms: string[] = [];
    for (const [i, text] of programs.entries()) {
      const path = join(folder, `page-${i}.py`);
      await writeFile(path, text);
      algorithms.push(`exec:"${python}" "${path}"`);
    }
    const own = await openUserAlgorithms({ algorithms, timeoutS: 300 });
    own.close();
    expect(own.entries.map((entry) => [entry.name, 'createEstimator' in entry])).toEqual([
      ['mine', true],
      ['seeker', false],
    ]);
  });

  it.skipIf(isWithoutNumpy).each([['thirty_lines.py', 'thirty-lines', 5]])(
    'python/%s corrects a pair to a tenth of what is wrong, and declines noise',
    async (script, name, perturbationUm) => {
      await withProgram(script, name, async (estimator) => {
        await correctsPair(estimator, perturbationUm, 0.1);
        const [under, over] = [1, 2].map((index) => noise(512, 512, index));
        if (under === undefined || over === undefined) throw new Error('two frames were made');
        const pair = { under, over, pixelSizeNm: 10, perturbationUm };
        expect((await estimator.estimate(pair)).declined).toBe('nothing above the noise');
      });
    },
  );

  it.skipIf(isWithoutNumpy)('python/toy_microscope.py is calibrated and focused', async () => {
    const microscope = `exec:"${python}" "${examples}python/toy_microscope.py"`;
    const size = ['--microscope', microscope, '--width', '512', '--height', '512'];
    const calibration = join(folder, 'toy.json');
    const calibrated = await inProcess('calibrate', ...size, '--places', '2', '--out', calibration);
    expect(calibrated).toMatchObject({ code: 0 });
    const { convergenceMrad, stigmatorMatrixUmPerUnit } = JSON.parse(
      await readFile(calibration, 'utf8'),
    );
    expect(convergenceMrad).toBeCloseTo(8, 1);
    const known = [3.5, 1, 1, -3.5];
    for (const [i, value] of stigmatorMatrixUmPerUnit.flat().entries()) {
      expect(value).toBeCloseTo(known[i] ?? NaN, 0);
    }
    const how = ['--calibration', calibration, '--algorithm', 'mapfost', '--json'];
    const { code, stdout } = await inProcess('focus', ...size, ...how);
    expect(code).toBe(0);
    const { outcome, end } = JSON.parse(stdout);
    expect(outcome).toBe('focused');
    expect(Math.abs(end.workingDistanceUm - 4500)).toBeLessThan(0.5);

    const suite = await writeSuite(folder, 'toy-suite', {
      frame: { width: 512, height: 512 },
      algorithms: [
        {
          name: 'mapfost',
          parameters: { patchSidePx: 256, patches: 4 },
          ...{ iterations: 2, dwellTimesNs: [400] },
        },
      ],
      trajectories: { ...tinySuite.trajectories, count: 1 },
    });
    const out = join(folder, 'toy');
    const run = ['run', suite, '--microscope', microscope, '--calibration', calibration];
    const ran = await inProcess(...run, '--out', out);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
    const records = (await recordsOf(out)) as TrajectoryRecord[];
    expect(records.map(({ outcome }) => outcome)).toEqual(['converged']);
    for (const { reference } of records) {
      expect(reference?.before.workingDistanceUm).toBeCloseTo(4500, 0);
      expect(reference?.after.workingDistanceUm).toBeCloseTo(4500, 0);
    }
  });

  // No Debian package holds mapfost: CI does without it.
  it.skipIf(!canImport('numpy, scipy, PIL, mapfost'))(
    'python/mapfost_package.py corrects a pair by the published package',
    async () => {
      await withProgram('mapfost_package.py', 'mapfost (PyPI)', (estimator) =>
        correctsPair(estimator, 4, 0.25),
      );
    },
  );
});

const calibration = { ...registry.presetNamed('merlin').calibration, psf: 'gaussian' as const };

async function withProgram(
  script: string,
  name: string,
  use: (estimator: PairEstimator) => Promise<void>,
): Promise<void> {
  const own = await openUserAlgorithms({
    algorithms: [`exec:"${python}" "${examples}python/${script}"`],
    timeoutS: 300,
  });
  try {
    expect(own.chosen).toEqual([name]);
    const estimator = own.entries[0]?.createEstimator?.(calibration);
    if (estimator === undefined) throw new Error('it works on pairs');
    await use(estimator);
  } finally {
    own.close();
  }
}

/** @param tolerance - As a fraction of the aberration. */
async function correctsPair(
  estimator: PairEstimator,
  perturbationUm: number,
  tolerance: number,
): Promise<void> {
  const aberration = { zUm: 2, aUm: 1, bUm: -1.5 };
  const pair = syntheticPair({
    ...{ aberration, perturbationUm, optics: calibration, counts: 400, seed: 5 },
    ...{ width: 1024, height: 800, pixelSizeNm: 10 },
  });
  const { correction, astigmatismUm } = await estimator.estimate(pair);
  const missUm = Math.hypot(
    correction.workingDistanceUm + aberration.zUm,
    astigmatismUm.a + aberration.aUm,
    astigmatismUm.b + aberration.bUm,
  );
  expect(missUm).toBeLessThan(tolerance * Math.hypot(2, 1, 1.5));
}

function noise(width: number, height: number, index: number): GreyPixels {
  const random = new RandomStream(5, 'noise', index);
  const values = Uint16Array.from({ length: width * height }, () => random.integerBelow(1000));
  return greyPixels(values, width, height);
}
