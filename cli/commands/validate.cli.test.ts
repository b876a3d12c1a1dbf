import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowMajorValues, writePngFile } from '../../harness/image/index.ts';
import { tiffFile } from '../../harness/image/testing/tiffFile.ts';
import { textTag } from '../../harness/image/testing/vendorFrames.ts';
import type { Aberration, GreyPixels } from '../../harness/microscope/index.ts';
import { greyPixels } from '../../harness/numeric/index.ts';
import type { Validation } from '../../harness/validation/index.ts';
import { presetNamed } from '../../sim/index.ts';
import { inProcess } from '../testing/inProcess.ts';
import { simulateFrames } from '../validate/simulateFrames.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-validate-'));
});
afterAll(() => rm(folder, { recursive: true }));

const [side, pixelSizeNm, dwellTimeNs] = [256, 10.03, 200] as const;
/** Midway states of the places, um. */
const distancesUm = [-4, 6];
const astigmatism = { aUm: 0.75, bUm: -0.5 };

/** Frames of a simulated instrument as a Thermo Fisher microscope would have written them. */
async function recordSeries(preset: string): Promise<string[]> {
  const instrument = { preset: presetNamed(preset), specimen: 'tissue', specimenPixelSize: 10 };
  const request = { width: side, height: side, pixelSizeNm, dwellTimeNs };
  const files: string[] = [];
  for (const [place, midwayUm] of distancesUm.entries()) {
    const states = [-5, 5].map((um): Aberration => ({ zUm: midwayUm + um, ...astigmatism }));
    const frames = states.map((state) => ({ request, state }));
    const exposed = await simulateFrames(instrument, frames, 770 + place);
    for (const [i, pixels] of exposed.entries()) {
      const file = at(`place-${place}-${i}.tif`);
      await writeFile(file, asTiff(pixels, 4500 + (states[i]?.zUm ?? 0), 100 * place));
      files.push(file);
    }
  }
  return files;
}

function asTiff(pixels: GreyPixels, workingDistanceUm: number, stageUm: number): Uint8Array {
  const ini = `[Beam]
HV=1500
Beam=EBeam
[EBeam]
WD=${(1e-6 * workingDistanceUm).toFixed(9)}
StigmatorX=0.25
StigmatorY=0.1
StageX=${1e-6 * stageUm}
StageY=0
[Scan]
PixelWidth=${1e-9 * pixelSizeNm}
Dwelltime=${1e-9 * dwellTimeNs}
`;
  const { data, width, height } = rowMajorValues(pixels);
  const body = data as Uint8Array;
  return tiffFile([{ width, height, body, tags: [textTag(34682, ini)] }]);
}

const methods = ['mapfost', 'spectral'].flatMap((name) => ['--algorithm', name]);

const validationOf = async (out: string): Promise<Validation> =>
  JSON.parse(await readFile(join(out, 'validation.json'), 'utf8'));

describe('a series of a simulated instrument', () => {
  const manifest = () => at('series.json');
  beforeAll(async () => {
    const files = await recordSeries('merlin-real');
    const { code } = await inProcess('series', ...files, '--out', manifest());
    expect(code).toBe(0);
    const series = JSON.parse(await readFile(manifest(), 'utf8'));
    series.instrument.stigmatorMatrixUmPerUnit = [
      [3, 0],
      [0, -5],
    ];
    series.inFocusAt = { workingDistanceUm: 4500, stigmatorX: 0, stigmatorY: 0 };
    await writeFile(manifest(), JSON.stringify(series));
  });

  it('is as the same instrument predicts it, with other specimens', async () => {
    const { code, stdout } = await inProcess(
      'validate',
      manifest(),
      ...methods,
      '--out',
      at('same'),
    );
    const found = await validationOf(at('same'));
    expect(found).toMatchObject({
      preset: 'merlin-real',
      states: { workingDistance: 'stated', astigmatism: 'stated' },
      noise: { isMatched: true, dwellTimeNs: expect.closeTo(200, 9) },
    });
    expect(found.pairs.map(({ place, state }) => [place, state.zUm, state.aUm, state.bUm])).toEqual(
      distancesUm.map((um, i) => [
        String(i + 1),
        ...[um, 0.75, -0.5].map((value) => expect.closeTo(value, 3)),
      ]),
    );
    expect(found.readings).toHaveLength(4);
    expect(found.readings.filter(({ isInside }) => isInside).length).toBeGreaterThanOrEqual(3);
    // Of four readings, R has a standard deviation of 0.35 about 1.
    expect(found.r).toBeLessThan(2);
    expect(Math.abs((found.scale ?? 0) - 1)).toBeLessThan(0.15);
    expect(code).toBe(found.verdict === 'predicted' ? 0 : 1);
    expect(stdout).toMatch(/^merlin-real (predicts|does not predict) what the methods read/m);
    // The settings are as good a witness as the methods.
    const mapfost = found.readings.filter(({ algorithm }) => algorithm === 'mapfost');
    for (const { offKnobsUm } of mapfost) expect(Math.abs(offKnobsUm ?? 99)).toBeLessThan(1.5);
    const page = await readFile(at('same', 'validation.html'), 'utf8');
    expect(page).toContain('place-0-0.tif and place-0-1.tif');
    expect(page).not.toMatch(/<script|https?:/);
  });

  it('is not as another instrument predicts it', async () => {
    const { code, stdout } = await inProcess(
      ...['validate', manifest(), ...methods, '--algorithm', 'deepfocus-256', '--json'],
      ...['--preset', 'ultraplus-real', '--out', at('other')],
    );
    const found: Validation = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(found.verdict).toBe('not predicted');
    expect(Math.abs((found.scale ?? 1) - 1)).toBeGreaterThan(0.15);
    expect(found).toEqual(await validationOf(at('other')));
    // It knows one instrument alone, and this is another one.
    expect(found.notAsked).toEqual([
      {
        algorithm: 'deepfocus-256',
        pair: null,
        reason: expect.stringMatching(/^deepfocus-256 was trained for /),
      },
    ]);
  });

  it('whose focus is not named has it where the methods see it', async () => {
    const series = JSON.parse(await readFile(manifest(), 'utf8'));
    await writeFile(
      at('unnamed.json'),
      JSON.stringify({ ...series, frames: series.frames.slice(0, 2), inFocusAt: null }),
    );
    const { stdout } = await inProcess(
      ...['validate', at('unnamed.json'), '--algorithm', 'mapfost', '--out', at('unnamed')],
    );
    const found = await validationOf(at('unnamed'));
    expect(found.states).toEqual({ workingDistance: 'inferred', astigmatism: 'inferred' });
    found.pairs.forEach(({ state }, i) => {
      expect(Math.abs(state.zUm - (distancesUm[i] ?? 99))).toBeLessThan(1.5);
    });
    expect(found.readings.map(({ offKnobsUm }) => offKnobsUm)).toEqual([null]);
    expect(stdout).toMatch(/^note: The series does not name the focus\./m);
  });
});

describe('a series of which nothing can be said', () => {
  const blank = async (name: string, changes: object = {}) => {
    const frames = [];
    for (const workingDistanceUm of [4495, 4505]) {
      const file = `${name}-${workingDistanceUm}.png`;
      await writePngFile(at(file), greyPixels(new Uint8Array(128 * 128), 128, 128));
      frames.push({ file, workingDistanceUm, pixelSizeNm, stigmatorX: 0, stigmatorY: 0 });
    }
    await writeFile(at(`${name}.json`), JSON.stringify({ schema: 1, frames, ...changes }));
    return inProcess(
      ...['validate', at(`${name}.json`), '--algorithm', 'spectral', '--out', at(name)],
    );
  };

  it('is undecided where every method declined the real frames', async () => {
    const inFocusAt = { workingDistanceUm: 4507, stigmatorX: 0, stigmatorY: 0 };
    const { code, stdout } = await blank('declined', { inFocusAt });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^spectral +– .* 1\/1, \d+\/10$/m);
    expect(stdout).toMatch(/^note: The noise could not be matched/m);
    expect(stdout).toMatch(/^No method gave a reading/m);
  });

  it('is refused where nothing says how far from focus it is', async () => {
    const { code, stderr } = await blank('nowhere');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: no method gave a reading/);
  });

  it('is refused without a pair, for an unknown method and for a crop beyond the frame', async () => {
    const frame = { file: 'nowhere-4495.png', workingDistanceUm: 4495, pixelSizeNm };
    const write = (frames: readonly object[]) =>
      writeFile(at('odd.json'), JSON.stringify({ schema: 1, frames }));
    await write([frame]);
    const odd = ['validate', at('odd.json'), '--out', at('odd')];
    const alone = await inProcess(...odd);
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringMatching(/no two frames/) });
    const unknown = await inProcess(...odd, '--algorithm', 'mapfast');
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringMatching(/mean mapfost\?/) });
    const crop = { x: 0, y: 0, width: 129, height: 100 };
    const other = { ...frame, file: 'nowhere-4505.png', workingDistanceUm: 4505 };
    await write([{ ...frame, crop }, other]);
    const beyond = await inProcess(...odd, '--algorithm', 'spectral');
    expect(beyond).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/crop must lie inside of the 128 x 128 px/),
    });
    await write([frame, { ...other, workingDistanceUm: 4497 }]);
    const near = await inProcess(...odd, '--algorithm', 'spectral');
    expect(near).toMatchObject({ code: 2, stderr: expect.stringMatching(/differ by 10 um/) });
  });
});
