import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFrame } from './describeFrame.ts';
import { missingOf } from './missingOf.ts';
import { PlaceNames } from './PlaceNames.ts';
import { nearestPair, pairsOf } from './pairsOf.ts';
import { readSeries, type UsableFrame } from './readSeries.ts';
import { type Series, seriesSchema } from './seriesSchema.ts';
import { seriesStates } from './seriesStates.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-series-'));
  await mkdir(join(folder, 'sub'));
});
afterAll(() => rm(folder, { recursive: true }));

const frame = (changes: Partial<UsableFrame> = {}): UsableFrame => ({
  ...describeFrame('a.tif', [10, 20], undefined),
  path: '/a.tif',
  workingDistanceUm: 4500,
  pixelSizeNm: 10,
  stigmatorX: 1,
  stigmatorY: 2,
  ...changes,
});

const written = async (series: unknown): Promise<string> => {
  const path = join(folder, 'sub', 'series.json');
  await writeFile(path, JSON.stringify(series));
  return path;
};

describe('a manifest', () => {
  const { path: _, ...plain } = frame();
  const series: Series = {
    schema: 1,
    instrument: {
      name: 'ours',
      description: null,
      preset: 'merlin-real',
      calibration: '../calibration.json',
      stigmatorMatrixUmPerUnit: null,
    },
    inFocusAt: { workingDistanceUm: 4500, stigmatorX: 1, stigmatorY: null },
    start: null,
    frames: [
      { ...plain, crop: { x: 0, y: 0, width: 20, height: 8 }, dwellTimeNs: 200 },
      { ...plain, file: '../b.tif', workingDistanceUm: 4510 },
    ],
  };

  it('comes back as it was written, its paths resolved from where it lies', async () => {
    const back = await readSeries(await written(series));
    expect(back).toMatchObject({ ...series, instrument: { name: 'ours' } });
    expect(back.instrument.calibration).toBe(join(folder, 'calibration.json'));
    expect(back.frames.map(({ path }) => path)).toEqual([
      join(folder, 'sub', 'a.tif'),
      join(folder, 'b.tif'),
    ]);
  });

  it('may leave out what is unknown', () => {
    expect(seriesSchema.parse({ schema: 1, frames: [{ file: 'a.png' }] })).toEqual({
      schema: 1,
      instrument: {
        name: null,
        description: null,
        preset: null,
        calibration: null,
        stigmatorMatrixUmPerUnit: null,
      },
      inFocusAt: null,
      start: null,
      frames: [describeFrame('a.png', [1, 1], undefined)],
    });
  });

  it.each<[string, unknown, RegExp]>([
    [
      'a frame without its working distance',
      { ...series, frames: [plain, { ...plain, file: 'c.tif', workingDistanceUm: null }] },
      /series.json lacks workingDistanceUm of c.tif$/,
    ],
    ['a frame that is there twice', { ...series, frames: [plain, plain] }, /a.tif is there twice$/],
    ['a field that is not known', { ...series, wd: 1 }, /field must be schema, instrument, .*"wd"/],
    ['another version', { ...series, schema: 2 }, /schema must be 1. Received 2/],
    ['no frames', { ...series, frames: [] }, /frames must be a list of at least 1/],
    [
      'two stigmator matrices',
      {
        ...series,
        instrument: {
          ...series.instrument,
          stigmatorMatrixUmPerUnit: [
            [1, 0],
            [0, 1],
          ],
        },
      },
      /instrument: must name a calibration or a stigmator matrix, not both/,
    ],
  ])('is refused with %s', async (_name, value, message) => {
    await expect(readSeries(await written(value))).rejects.toThrow(message);
  });
});

describe('describeFrame', () => {
  it('leaves out a data bar below the rows that are image', () => {
    const stated = { source: 'X', imageRows: 8, stigmatorX: 0, remarks: [] };
    expect(describeFrame('a.tif', [10, 20], stated)).toMatchObject({
      crop: { x: 0, y: 0, width: 20, height: 8 },
      stigmatorX: 0,
      stigmatorY: null,
      source: 'X',
    });
    expect(describeFrame('a.tif', [8, 20], stated).crop).toBeNull();
  });
});

describe('missingOf', () => {
  it('names what is needed first, with the files', () => {
    const frames = [describeFrame('a', [1, 1], undefined), frame({ file: 'b', dwellTimeNs: 100 })];
    expect(missingOf({ frames })).toEqual([
      { setting: 'workingDistanceUm', isNeeded: true, files: ['a'] },
      { setting: 'pixelSizeNm', isNeeded: true, files: ['a'] },
      { setting: 'stigmatorX', isNeeded: false, files: ['a'] },
      { setting: 'stigmatorY', isNeeded: false, files: ['a'] },
      { setting: 'dwellTimeNs', isNeeded: false, files: ['a'] },
      { setting: 'beamVoltageKv', isNeeded: false, files: ['a', 'b'] },
      { setting: 'scanRotationDeg', isNeeded: false, files: ['a', 'b'] },
    ]);
  });
});

describe('PlaceNames', () => {
  it('tells places apart by the stage', () => {
    const named = (stages: readonly (number | undefined)[]) => {
      const names = new PlaceNames();
      return stages.map((xUm) => names.nameOf(xUm === undefined ? undefined : { xUm, yUm: 0 }));
    };
    expect(named([0, 0.5, 30, 0, 30.2])).toEqual(['1', '1', '2', '1', '2']);
    expect(named([undefined, undefined])).toEqual(['1', '1']);
  });
});

describe('pairsOf', () => {
  it('pairs all frames that differ in working distance alone, the smaller one under', () => {
    const frames = [4510, 4500, 4505].map((workingDistanceUm) => frame({ workingDistanceUm }));
    const found = pairsOf(frames).map(({ under, over, perturbationUm, midwayUm }) => [
      ...[under.workingDistanceUm, over.workingDistanceUm],
      ...[perturbationUm, midwayUm],
    ]);
    expect(found).toEqual([
      [4500, 4510, 5, 4505],
      [4505, 4510, 2.5, 4507.5],
      [4500, 4505, 2.5, 4502.5],
    ]);
  });

  it.each<[string, Partial<UsableFrame>]>([
    ['the place', { place: '2' }],
    ['a stigmator', { stigmatorX: 1.1 }],
    ['a stigmator, known of one alone', { stigmatorY: null }],
    ['the scan rotation', { scanRotationDeg: 90 }],
    ['the pixel size', { pixelSizeNm: 12 }],
    ['the dwell time', { dwellTimeNs: 400 }],
    ['the voltage', { beamVoltageKv: 3 }],
    ['next to nothing', { workingDistanceUm: 4500.5 }],
    ['far too much', { workingDistanceUm: 4700 }],
  ])('pairs no frames that differ in %s', (_, changes) => {
    const usual = frame({ dwellTimeNs: 200, beamVoltageKv: 1.5, scanRotationDeg: 0 });
    const other = { ...usual, workingDistanceUm: 4510, ...changes };
    expect(pairsOf([usual, { ...usual, workingDistanceUm: 4510 }])).toHaveLength(1);
    expect(pairsOf([usual, other])).toEqual([]);
  });
});

describe('nearestPair', () => {
  it('names the two frames that fewest settings keep apart, with both values', () => {
    const frames = [
      frame({ file: 'a.tif' }),
      frame({ file: 'b.tif', place: '2', pixelSizeNm: 12, stigmatorX: null }),
      frame({ file: 'c.tif', workingDistanceUm: 4500.5, pixelSizeNm: 20 }),
    ];
    expect(nearestPair(frames)).toEqual({
      files: ['a.tif', 'c.tif'],
      obstacles: ['pixelSizeNm 10 and 20', 'workingDistanceUm 4500 and 4500.5'],
    });
    expect(nearestPair(frames.slice(0, 1))).toBeUndefined();
    // More couples than a call takes arguments.
    const many = Array.from({ length: 600 }, (_, i) => frame({ file: `${i}.tif`, place: `${i}` }));
    expect(nearestPair(many)?.files).toEqual(['0.tif', '1.tif']);
  });
});

describe('seriesStates', () => {
  const under = frame({ workingDistanceUm: 4490 });
  const over = frame({ workingDistanceUm: 4500 });
  const elsewhere = frame({ workingDistanceUm: 4490, place: '2', stigmatorX: 5 });
  const pair = pairsOf([under, over])[0]!;
  const readings = [
    { pair, zUm: 6, aUm: -1, bUm: 3 },
    { pair, zUm: 7, aUm: -2, bUm: 2 },
    { pair, zUm: 50, aUm: -9, bUm: 1 },
  ];

  it('are those of the settings where the focus is named', () => {
    const inFocusAt = { workingDistanceUm: 4503, stigmatorX: 0.5, stigmatorY: 1 };
    const matrix = [
      [-2, 4],
      [4, 2],
    ] as [[number, number], [number, number]];
    const states = seriesStates({ inFocusAt, frames: [under, over] }, matrix, []);
    expect(states).toMatchObject({ distance: 'stated', astigmatism: 'stated' });
    // Half a unit of x and one of y: a = -1 + 4, b = 2 + 2.
    expect(states?.stateOf(under)).toEqual({ zUm: -13, aUm: 3, bUm: 4 });
    expect(states?.stateOf(over)).toEqual({ zUm: -3, aUm: 3, bUm: 4 });
  });

  it('need no matrix where the stigmators stand at their best settings', () => {
    const inFocusAt = { workingDistanceUm: 4503, stigmatorX: 1, stigmatorY: 2 };
    const states = seriesStates({ inFocusAt, frames: [under, over] }, null, []);
    expect(states?.astigmatism).toBe('stated');
    expect(states?.stateOf(under)).toEqual({ zUm: -13, aUm: 0, bUm: 0 });
  });

  it('are the median of what is read where the focus is not named', () => {
    const states = seriesStates({ inFocusAt: null, frames: [under, over] }, null, readings);
    expect(states).toMatchObject({ distance: 'inferred', astigmatism: 'inferred' });
    // The focus lies 7 um beyond the 4495 um midway.
    expect(states?.stateOf(over)).toEqual({ zUm: -2, aUm: 2, bUm: -2 });
    // A place of which nothing is read is like the others.
    expect(states?.stateOf(elsewhere)).toEqual({ zUm: -12, aUm: 2, bUm: -2 });
  });

  it('infer the astigmatism alone where no matrix says what the stigmators do', () => {
    const inFocusAt = { workingDistanceUm: 4503, stigmatorX: 0, stigmatorY: 0 };
    const states = seriesStates({ inFocusAt, frames: [under, over] }, null, readings);
    expect(states).toMatchObject({ distance: 'stated', astigmatism: 'inferred' });
    expect(states?.stateOf(over)).toEqual({ zUm: -3, aUm: 2, bUm: -2 });
  });

  it('are unknown where nothing is named and nothing is read', () => {
    expect(seriesStates({ inFocusAt: null, frames: [under, over] }, null, [])).toBeUndefined();
  });
});
