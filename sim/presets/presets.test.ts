import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { frameDoseElectronsPerNm2 } from '../../harness/microscope/index.ts';
import { presetCalibration } from '../calibration/presetCalibration.ts';
import { exposingBeam } from './exposingBeam.ts';
import { type ImperfectionName, imperfectionKinds, imperfectionNames } from './imperfections.ts';
import { presetNamed, presets } from './presets.ts';

import random from './random.json' with { type: 'json' };

const folder = new URL('.', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

/** What presetNamed says to what it refuses. */
function refusal(text: string): string {
  try {
    presetNamed(text);
  } catch (error) {
    return String(error);
  }
  return 'not refused';
}

const ownFiles = mkdtempSync(join(tmpdir(), 'semfocus-'));
afterAll(() => rmSync(ownFiles, { recursive: true }));

/** A preset file of a test's own. */
function fileWith(content: unknown): string {
  const file = join(mkdtempSync(join(ownFiles, 'preset-')), 'mine.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('the presets that come with the project', () => {
  it('are all files but the family of random ones, each named after its file', () => {
    expect(presets.map(({ name }) => `${name}.json`).toSorted()).toEqual(
      files.filter((file) => file !== 'random.json').toSorted(),
    );
  });

  it.each(presets)('$name says of every imperfection where its level comes from', (preset) => {
    for (const name of imperfectionNames) {
      const { level, source, bound } = preset.imperfections[name];
      expect(source.length).toBeGreaterThan(10);
      if (bound !== undefined) expect(Math.abs(level)).toBeLessThanOrEqual(bound);
    }
  });

  it('ideal is merlin without its imperfections', () => {
    const ideal = presetNamed('ideal');
    expect(imperfectionNames.filter((name) => ideal.imperfections[name].level !== 0)).toEqual([]);
    const merlin = presetNamed('merlin');
    expect({ ...ideal, imperfections: 0, name: 0, summary: 0 }).toEqual({
      ...merlin,
      imperfections: 0,
      name: 0,
      summary: 0,
      detector: { ...merlin.detector, levels: 'fixed' },
    });
  });

  it('the real ones have a disc probe with coma, and all that is not an own scenario', () => {
    for (const name of ['merlin', 'ultraplus']) {
      const real = presetNamed(`${name}-real`);
      expect(real.beam.psf).toBe('disc');
      const level = (one: ImperfectionName) => real.imperfections[one].level;
      expect(level('coma')).toBe(5);
      const off = imperfectionNames.filter((one) => level(one) === 0);
      expect(off).toMatchInlineSnapshot(`
        [
          "workingDistanceScale",
          "heightTilt",
          "heightWaviness",
          "focusDrift",
          "hysteresis",
          "settling",
          "magnificationWithFocus",
          "drift",
          "driftWalk",
          "flyback",
          "edgeBrightening",
          "charging",
          "contamination",
          "excessNoise",
          "electronicsNoise",
          "firstExposure",
        ]
      `);
    }
  });

  it('ultraplus is setup B: 1.2 kV, 0.6 nA, 6 mm, scan rotated by 90 degrees', () => {
    const { beam, focus, scan } = presetNamed('ultraplus');
    expect([beam.voltageKv, beam.currentNanoAmp, focus.workingDistanceUm]).toEqual([
      1.2, 0.6, 6000,
    ]);
    expect([scan.rotationDeg, scan.pixelSizeNm]).toEqual([90, 10]);
  });
});

describe('the stigmator matrix', () => {
  it('of merlin is 4 um per unit, turned by 31 degrees, mirrored', () => {
    const { matrixUmPerUnit } = presetNamed('merlin').stigmator;
    const turn = (2 * 31 * Math.PI) / 180;
    // kappa F R(2 phi), F = diag(-1, 1)
    const expected = [
      -4 * Math.cos(turn),
      4 * Math.sin(turn),
      4 * Math.sin(turn),
      4 * Math.cos(turn),
    ];
    matrixUmPerUnit.flat().forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 3);
    });
  });

  it('of a scan rotated by 90 degrees has changed its sign, and the image shift its axis', () => {
    const ultraplus = presetNamed('ultraplus');
    const calibration = presetCalibration(ultraplus);
    expect(calibration.stigmatorMatrixUmPerUnit).toEqual(
      ultraplus.stigmator.matrixUmPerUnit.map((row) => row.map((value) => -value)),
    );
    expect(calibration.imageShiftNmPerUm.x).toBeCloseTo(0, 12);
    expect(calibration.imageShiftNmPerUm.y).toBe(10);
  });
});

it('the calibration of merlin is that of its own beam and stigmators', () => {
  const merlin = presetNamed('merlin');
  expect(presetCalibration(merlin)).toEqual({
    convergenceMrad: 8.74,
    stigmatorMatrixUmPerUnit: merlin.stigmator.matrixUmPerUnit,
    imageShiftNmPerUm: { x: 0, y: 15 },
    residualSpotNm: 3.5,
    psf: 'gaussian',
  });
  expect(presetCalibration(presetNamed('merlin-real')).psf).toBe('disc');
});

describe('a changed imperfection', () => {
  it('changes its level and the name of the preset, nothing else', () => {
    const before = presetNamed('merlin-real');
    const after = presetNamed('merlin-real~coma=0~drift=2.5');
    expect(after.name).toBe('merlin-real~coma=0~drift=2.5');
    const { coma, drift } = before.imperfections;
    expect(after).toEqual({
      ...before,
      name: after.name,
      imperfections: {
        ...before.imperfections,
        coma: { ...coma, level: 0 },
        drift: { ...drift, level: 2.5 },
      },
    });
  });

  it('may be all of them: off, or as far as their bounds go', () => {
    const off = presetNamed('merlin-real~all=0').imperfections;
    const most = presetNamed('merlin-real~all=bound').imperfections;
    for (const name of imperfectionNames) {
      expect(off[name].level).toBe(0);
      const { bound, level } = presetNamed('merlin-real').imperfections[name];
      expect(Math.abs(most[name].level)).toBe(bound ?? Math.abs(level));
      expect(Math.sign(most[name].level) * Math.sign(level)).not.toBe(-1);
    }
  });

  it('is no beam current: that is changed beside', () => {
    const [before, after] = [presetNamed('merlin'), presetNamed('merlin~currentNanoAmp=0.3')];
    expect(after.beam).toEqual({ ...before.beam, currentNanoAmp: 0.3 });
    expect(after.imperfections).toEqual(before.imperfections);
    expect(after.name).toBe('merlin~currentNanoAmp=0.3');
    expect(refusal('merlin~currentNanoAmp=0')).toMatch(
      /beam.currentNanoAmp must be .* nA. Received 0$/,
    );
  });

  it('is refused by name, with what there is', () => {
    expect(refusal('merlin~koma=1')).toContain('Received "koma"; did you mean coma?');
    expect([
      refusal('merlin~coma=-3'),
      refusal('merlin~coma'),
      refusal('merlin~coma='),
      refusal('merlin~coma=NaN'),
      refusal('merlin~all=2'),
    ]).toMatchInlineSnapshot(`
      [
        "ConfigError: ~coma=-3: imperfections.coma.level must be a number from 0 to 200 nm. Received -3",
        "ConfigError: ~coma must be followed by = and a number. Received "coma"",
        "ConfigError: ~coma must be followed by = and a number. Received "coma="",
        "ConfigError: ~coma must be followed by = and a number. Received "coma=NaN"",
        "ConfigError: ~all must be 0 or bound. Received "2"",
      ]
    `);
  });
});

describe('a preset file', () => {
  it('says what differs from the preset it extends', () => {
    const file = fileWith({
      extends: 'merlin-real~coma=0',
      name: 'mine',
      beam: { convergenceMrad: 7 },
      imperfections: { drift: { level: 3, status: 'measured', source: 'our own frames' } },
    });
    const mine = presetNamed(file);
    expect(mine.name).toBe('mine');
    expect(mine.beam).toEqual({ ...presetNamed('merlin-real').beam, convergenceMrad: 7 });
    expect(mine.imperfections.coma.level).toBe(0);
    expect(mine.imperfections.drift.level).toBe(3);
    expect(presetNamed(`${file}~drift=1`).imperfections.drift.level).toBe(1);
  });

  it('may be whole', () => {
    expect(presetNamed(fileWith({ ...presetNamed('merlin'), name: 'copy' })).name).toBe('copy');
  });

  const refusals: [string, unknown, string][] = [
    ['no JSON', '{', 'cannot read the preset file'],
    ['no object', '[]', 'must hold a preset'],
    [
      'type',
      { beam: { currentNanoAmp: '1.5' } },
      'beam.currentNanoAmp must be a number from 0.000001 to 1000 nA',
    ],
    ['zero', { beam: { convergenceMrad: 0 } }, 'beam.convergenceMrad must be a number above 0'],
    ['range', { beam: { convergenceMrad: 51 } }, 'at most 50 mrad. Received 51'],
    [
      'shape',
      { beam: { psf: 'airy' } },
      'beam.psf must be gaussian, disc or wave. Received "airy"',
    ],
    ['matrix', { stigmator: { matrixUmPerUnit: [[1, 2]] } }, 'stigmator.matrixUmPerUnit'],
    [
      'singular',
      {
        stigmator: {
          matrixUmPerUnit: [
            [1, 2],
            [2, 4],
          ],
        },
      },
      'singular',
    ],
    ['order', { focus: { workingDistanceRangeUm: [9000, 1000] } }, 'lower end must come first'],
    ['reach', { focus: { workingDistanceUm: 1010 } }, 'inside workingDistanceRangeUm'],
    ['stigmator', { stigmator: { optimum: { x: 99.8 } } }, 'inside stigmator.range'],
    [
      'dwell',
      { scan: { dwellTimeNs: 20 } },
      'inside scan.dwellTimeRangeNs, 50 to 51200 ns. Received 20',
    ],
    [
      'pixel',
      { scan: { pixelSizeNm: 0.1 } },
      'scan.pixelSizeNm must be a number from 0.5 to 100 nm',
    ],
    ['bits', { detector: { bitDepth: 12 } }, 'detector.bitDepth'],
    ['pedestal', { detector: { pedestalGrey: 100 } }, 'must be above detector.meanGrey'],
    ['misspelt', { detector: { eficiency: 1 } }, 'did you mean efficiency?'],
    ['section', { camera: {} }, 'Received "camera"'],
    ['imperfection', { imperfections: { koma: { level: 1 } } }, 'did you mean coma?'],
    ['level', { imperfections: { coma: { level: 900 } } }, 'from 0 to 200 nm. Received 900'],
    ['status', { imperfections: { coma: { status: 'guessed' } } }, 'measured, bound, literature'],
    ['parent', { extends: 'merlyn' }, 'did you mean merlin?'],
    ['no parent', { extends: 3 }, 'extends must be the name of a preset'],
  ];
  it.each(refusals)('is refused, naming the field and what is allowed: %s', (_, change, said) => {
    const content =
      typeof change === 'string' ? change : { extends: 'merlin', name: 'mine', ...Object(change) };
    expect(refusal(fileWith(content))).toContain(said);
  });

  it('that lacks a field is refused by its name', () => {
    const { beam, ...rest } = presetNamed('merlin');
    expect(refusal(fileWith(rest))).toContain('beam');
    expect(refusal(fileWith({ ...rest, beam: { ...beam, voltageKv: undefined } }))).toContain(
      'beam.voltageKv',
    );
  });

  it('that is not there, or extends itself, is refused', () => {
    expect(refusal('nowhere.json')).toContain('cannot read the preset file nowhere.json: ENOENT');
    const file = fileWith('{}');
    writeFileSync(file, JSON.stringify({ extends: file }));
    expect(refusal(file)).toContain('must lead to a preset without extends');
  });
});

it('an unknown name is answered with the names there are', () => {
  expect(refusal('merlyn')).toMatchInlineSnapshot(
    `"ConfigError: preset must be merlin, merlin-real, ultraplus, ultraplus-real, ideal, random:SEED or the path of a .json file. Received "merlyn"; did you mean merlin?"`,
  );
});

describe('random instruments', () => {
  const seeds = fc.integer({ min: 0, max: 1e9 });

  it('lie in their ranges, with the counts met exactly', () => {
    const { ranges } = random;
    const within = (value: number, [low = 0, high = 0]: number[]) => {
      expect(value).toBeGreaterThanOrEqual(low * (1 - 1e-12));
      expect(value).toBeLessThanOrEqual(high * (1 + 1e-12));
    };
    fc.assert(
      fc.property(seeds, (seed) => {
        const preset = presetNamed(`random:${seed}`);
        const { beam, scan, stigmator, imperfections } = preset;
        within(beam.convergenceMrad, ranges.convergenceMrad);
        within(scan.pixelSizeNm, ranges.pixelSizeNm);
        const dose = frameDoseElectronsPerNm2(exposingBeam(preset), scan);
        within(dose * scan.pixelSizeNm ** 2 * preset.detector.efficiency, ranges.countsPerPixel);
        expect(ranges.polarities).toContain(preset.detector.polarity);
        within(imperfections.stigmatorShift.level, ranges.stigmatorShiftNmPerUm);
        within(imperfections.noiseColour.level, ranges.noiseColour);
        const [[p, q], [r, s]] = stigmator.matrixUmPerUnit;
        within(Math.hypot(p, r), ranges.stigmatorUmPerUnit);
        within(Math.hypot(p, r) / Math.hypot(q, s), ranges.stigmatorAnisotropy);
        const cosine = (p * q + r * s) / (Math.hypot(p, r) * Math.hypot(q, s));
        expect(Math.abs(cosine)).toBeLessThanOrEqual(Math.sin(0.1) + 1e-12);
        within(
          Math.hypot(imperfections.imageShiftX.level, imperfections.imageShiftY.level),
          ranges.imageShiftNmPerUm,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('come in both handednesses, both polarities and all directions, the same for the same seed', () => {
    const presetsDrawn = Array.from({ length: 60 }, (_, seed) => presetNamed(`random:${seed}`));
    const matrices = presetsDrawn.map(({ stigmator }) => stigmator.matrixUmPerUnit);
    const determinants = matrices.map(([[p, q], [r, s]]) => Math.sign(p * s - q * r));
    expect(new Set(determinants)).toEqual(new Set([-1, 1]));
    expect(new Set(presetsDrawn.map(({ detector }) => detector.polarity))).toEqual(
      new Set(['specimen', 'normal']),
    );
    expect(matrices.filter(([[p]]) => p > 0).length).toBeGreaterThan(15);
    expect(matrices.filter(([[p]]) => p < 0).length).toBeGreaterThan(15);
    expect(presetNamed('random:5')).toEqual(presetNamed('random:5'));
    expect(presetNamed('random:5~coma=3~noiseColour=0').name).toBe('random:5~coma=3~noiseColour=0');
  });

  it('meet the dose with all passes of an instrument that averages', () => {
    const ranges = { ...random.ranges, countsPerPixel: [315, 315], pixelSizeNm: [10, 10] };
    const scan = { lineAverages: 2, frameAverages: 3 };
    const file = fileWith({ extends: 'merlin', name: 'lab', scan, ranges });
    const preset = presetNamed(`${file}:3`);
    expect(exposingBeam(preset).passes).toBe(6);
    expect(frameDoseElectronsPerNm2(exposingBeam(preset), preset.scan)).toBeCloseTo(7, 9);
  });

  it("may be drawn from ranges of one's own, on any preset", () => {
    const ranges = { ...random.ranges, pixelSizeNm: [5, 5] };
    const file = fileWith({ extends: 'merlin-real', name: 'lab', ranges });
    const preset = presetNamed(`${file}:3`);
    expect([preset.name, preset.scan.pixelSizeNm, preset.beam.psf]).toEqual(['lab:3', 5, 'disc']);
    expect(refusal(file)).toContain('add a seed, as in');
    const empty = fileWith({ extends: 'merlin', name: 'lab', ranges: { pixelSizeNm: [5, 5] } });
    expect(refusal(`${empty}:3`)).toContain('convergenceMrad');
    expect(refusal(`${fileWith({ extends: 'merlin' })}:3`)).toContain('must have "ranges"');
  });
});

it('every imperfection can be off', () => {
  for (const { min, max } of Object.values(imperfectionKinds)) {
    expect(min <= 0 && max > 0).toBe(true);
  }
});
