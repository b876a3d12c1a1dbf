import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isSemfocusError } from '../../harness/microscope/index.ts';
import { type Preset, presetSchema } from './Preset.ts';
import { presetCalibration } from './presetCalibration.ts';
import { presetNamed, presets } from './presets.ts';

const folder = new URL('.', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const fileText = (file: string) => readFileSync(new URL(file, folder), 'utf8');

describe('preset files', () => {
  it.each(files)('%s is valid and listed under its file name', (file) => {
    const preset = presetSchema.parse(JSON.parse(fileText(file)));
    expect(`${preset.name}.json`).toBe(file);
    expect(presets).toContainEqual(preset);
  });

  it('are all there is', () => {
    expect(presets.map(({ name }) => `${name}.json`).toSorted()).toEqual(files.toSorted());
  });

  it.each(presets)('$name starts within its own ranges', ({ focus, stigmator, scan }) => {
    const isWithin = (value: number, [low, high]: readonly [number, number]) =>
      value >= low && value <= high;
    const { workingDistanceUm, heightRangeUm, workingDistanceRangeUm } = focus;
    expect(isWithin(workingDistanceUm - heightRangeUm, workingDistanceRangeUm)).toBe(true);
    expect(isWithin(workingDistanceUm + heightRangeUm, workingDistanceRangeUm)).toBe(true);
    for (const optimum of [stigmator.optimum.x, stigmator.optimum.y]) {
      expect(isWithin(optimum - stigmator.optimumRange, stigmator.range)).toBe(true);
      expect(isWithin(optimum + stigmator.optimumRange, stigmator.range)).toBe(true);
    }
    expect(isWithin(scan.dwellTimeNs, scan.dwellTimeRangeNs)).toBe(true);
  });
});

describe('a wrong preset is refused, naming the field', () => {
  /** The paths that the schema complains about in merlin after a change. */
  function complaints(change: (preset: Record<string, Record<string, unknown>>) => void): string[] {
    const preset = JSON.parse(fileText('merlin.json'));
    change(preset);
    const { error } = presetSchema.safeParse(preset);
    return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  }
  const set = (section: string, field: string, value: unknown) =>
    complaints((preset) => {
      preset[section] = { ...preset[section], [field]: value };
    });

  it('and the reason', () => {
    expect({
      type: set('beam', 'currentNanoAmp', '1.5'),
      zero: set('beam', 'convergenceMrad', 0),
      range: set('beam', 'convergenceMrad', 51),
      negative: set('detector', 'rowOffsetGrey', -0.1),
      infinite: set('detector', 'pedestalGrey', Number.POSITIVE_INFINITY),
      colour: set('detector', 'noiseColour', 0.6),
      matrix: set('stigmator', 'matrixUmPerUnit', [[1, 2]]),
      vector: set('imageShift', 'nmPerUm', { x: 1 }),
      empty: set('scan', 'rowOverheadUs', []),
    }).toMatchInlineSnapshot(`
      {
        "colour": [
          "detector.noiseColour: Too big: expected number to be <=0.5",
        ],
        "empty": [
          "scan.rowOverheadUs: Too small: expected array to have >=1 items",
        ],
        "infinite": [
          "detector.pedestalGrey: Invalid input: expected number, received Infinity",
        ],
        "matrix": [
          "stigmator.matrixUmPerUnit: Too small: expected array to have >=2 items",
        ],
        "negative": [
          "detector.rowOffsetGrey: Too small: expected number to be >=0",
        ],
        "range": [
          "beam.convergenceMrad: Too big: expected number to be <=50",
        ],
        "type": [
          "beam.currentNanoAmp: Invalid input: expected number, received string",
        ],
        "vector": [
          "imageShift.nmPerUm.y: Invalid input: expected number, received undefined",
        ],
        "zero": [
          "beam.convergenceMrad: Too small: expected number to be >0",
        ],
      }
    `);
  });

  it('if it is unknown or misspelt', () => {
    expect(set('detector', 'noiseColor', 0.06).join()).toContain('noiseColor');
    const unknown = complaints((preset) => {
      Object.assign(preset, { camera: {} });
    });
    expect(unknown.join()).toContain('camera');
  });

  it.each(['beam', 'focus', 'stigmator', 'scan', 'imageShift', 'detector'] as const)(
    'if any field of %s is missing',
    (section) => {
      for (const field of Object.keys(presetNamed('merlin')[section])) {
        const found = complaints((preset) => {
          delete preset[section]?.[field];
        });
        expect(found.join()).toContain(`${section}.${field}: `);
      }
    },
  );
});

it('the stigmator matrix of merlin is 4 um per unit, turned by 31 degrees, mirrored', () => {
  const { matrixUmPerUnit } = presetNamed('merlin').stigmator;
  const turn = (2 * 31 * Math.PI) / 180;
  // kappa F R(2 phi), F = diag(-1, 1)
  const expected = [
    [-4 * Math.cos(turn), 4 * Math.sin(turn)],
    [4 * Math.sin(turn), 4 * Math.cos(turn)],
  ];
  matrixUmPerUnit.flat().forEach((value, i) => {
    expect(value).toBeCloseTo(expected.flat()[i]!, 3);
  });
});

it('ideal is merlin without its imperfections, and nothing else', () => {
  const merlin = presetNamed('merlin');
  const off: Preset = {
    ...merlin,
    name: 'ideal',
    summary: presetNamed('ideal').summary,
    imageShift: { nmPerUm: { x: 0, y: 0 }, positionErrorNm: 0 },
    detector: {
      ...merlin.detector,
      noiseColour: 0,
      rowOffsetGrey: 0,
      brightnessStepPercent: 0,
      contrastStepPercent: 0,
    },
  };
  expect(presetNamed('ideal')).toEqual(off);
});

it('the calibration of a preset is that of its own beam and stigmators', () => {
  const merlin = presetNamed('merlin');
  expect(presetCalibration(merlin)).toEqual({
    convergenceMrad: 8.74,
    stigmatorMatrixUmPerUnit: merlin.stigmator.matrixUmPerUnit,
    imageShiftNmPerUm: { x: 0, y: 15 },
    residualSpotNm: 3.5,
    psf: 'gaussian',
  });
});

it('an unknown name is answered with the names there are', () => {
  let error: unknown;
  try {
    presetNamed('merlyn');
  } catch (caught) {
    error = caught;
  }
  expect(isSemfocusError(error, 'ConfigError')).toBe(true);
  expect(String(error)).toContain('merlin, ideal');
  expect(String(error)).toContain('merlyn');
});
