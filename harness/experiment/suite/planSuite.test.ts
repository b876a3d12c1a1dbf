import { describe, expect, it } from 'vitest';
import type { AlgorithmEntry } from '../../algorithm/index.ts';
import { parseConfig } from '../../config/index.ts';
import {
  ConfigError,
  calibrationSchema,
  isSemfocusError,
  type ProbeShape,
} from '../../microscope/index.ts';
import { type Scenario, scenarioKey, scenarioSchema } from '../../record/index.ts';
import { fakeRegistry, halve } from '../testing/fakeRegistry.ts';
import { fakeSuite } from '../testing/fakeSuite.ts';
import { loadSuite } from './loadSuite.ts';
import { type PlanOverrides, planSuite } from './planSuite.ts';
import type { Registry } from './Registry.ts';
import { type StartRule, type Suite, startClasses, suiteSchema } from './Suite.ts';
import type { CalibrationErrorName } from './SuiteAxes.ts';

const registry = fakeRegistry({ other: halve });
const twoAlgorithms: Suite['algorithms'] = [
  { name: 'halving', iterations: 8, dwellTimesNs: [200, 50] },
  { name: 'other', iterations: 4, dwellTimesNs: [200] },
];

function meets({ specimen, stage, start }: Scenario): object {
  return { specimen, stage, start };
}

describe('scenarios', () => {
  it('are valid, come in a fixed order and have a key each', () => {
    const plan = planSuite(fakeSuite({ algorithms: twoAlgorithms }), registry);
    expect(
      plan.scenarios.map(
        ({ algorithm, frame, trajectory }) =>
          `${algorithm.name} ${frame.dwellTimeNs} ${trajectory}`,
      ),
    ).toEqual(
      ['halving 200', 'halving 50', 'other 200'].flatMap((run) =>
        [0, 1, 2].map((trajectory) => `${run} ${trajectory}`),
      ),
    );
    for (const scenario of plan.scenarios) {
      expect(scenarioSchema.parse(scenario)).toEqual(scenario);
      expect(structuredClone(scenario)).toEqual(scenario);
    }
    expect(new Set(plan.keys).size).toBe(9);
    expect(plan.keys).toEqual(plan.scenarios.map(scenarioKey));
  });

  it('meet the same places, starts and specimens whatever the algorithm, dose, preset and transfer function', () => {
    const suite = fakeSuite({
      algorithms: twoAlgorithms,
      presets: ['plain', 'fine'],
      psf: ['gaussian', 'disc'],
    });
    const { scenarios } = planSuite(suite, registry);
    expect(scenarios).toHaveLength(2 * 2 * 3 * 3);
    for (const scenario of scenarios) {
      expect(meets(scenario)).toEqual(meets(scenarios[scenario.trajectory] as Scenario));
    }
    const starts = new Set(scenarios.map(({ start }) => start.workingDistanceUm));
    expect(starts.size).toBe(3);
  });

  it('start within the ranges of the suite, at places one grid step apart', () => {
    const suite = fakeSuite();
    suite.trajectories.count = 9;
    const scenarios = planSuite(suite, registry).scenarios.slice(0, 9);
    for (const { start } of scenarios) {
      for (const parameter of ['workingDistanceUm', 'stigmatorX', 'stigmatorY'] as const) {
        const rule: StartRule | undefined = startClasses(suite.trajectories)[0]?.[parameter];
        if (rule === undefined || 'each' in rule)
          throw new Error('the suite of these tests draws from ranges');
        const [low, high] = rule;
        expect(start[parameter]).toBeGreaterThanOrEqual(low);
        expect(start[parameter]).toBeLessThan(high);
      }
    }
    const places = scenarios.map(({ stage }) => `${stage.xUm} ${stage.yUm}`).sort();
    const square = [0, 80, 160].flatMap((x) => [0, 80, 160].map((y) => `${x} ${y}`)).sort();
    expect(places).toEqual(square);
  });

  it('meet each of the listed offsets at every place', () => {
    const suite = fakeSuite();
    suite.trajectories.count = 6;
    suite.trajectories.start = {
      workingDistanceUm: { each: [-2, 0, 5] },
      stigmatorX: [0, 1],
      stigmatorY: [0, 1],
    };
    const scenarios = planSuite(suite, registry).scenarios.slice(0, 6);
    expect(scenarios.map(({ start }) => start.workingDistanceUm)).toEqual([-2, 0, 5, -2, 0, 5]);
    const places = scenarios.map(({ stage, specimen }) => `${stage.xUm} ${specimen.seed}`);
    expect(new Set(places.slice(0, 3)).size).toBe(1);
    expect(new Set(places.slice(3)).size).toBe(1);
    expect(new Set(places).size).toBe(2);
  });

  it('of a longer suite repeat those of a shorter one', () => {
    const longer = fakeSuite();
    longer.trajectories.count = 11;
    const { keys } = planSuite(longer, registry);
    for (const key of planSuite(fakeSuite(), registry).keys) expect(keys).toContain(key);
  });

  it('take what the suite leaves out from the preset and from the algorithm', () => {
    const [scenario] = planSuite(fakeSuite(), registry).scenarios;
    expect(scenario?.frame.pixelSizeNm).toBe(10);
    expect(scenario?.algorithm).toEqual({
      name: 'halving',
      version: '1',
      parameters: { gain: 0.5 },
    });
  });

  it('cost frames, pixels, beam time and dose', () => {
    const { expected } = planSuite(fakeSuite(), registry);
    const pixels = 8 * 64 * 64;
    expect(expected[0]).toEqual({
      frames: 8,
      pixels,
      beamOnS: (pixels * 200) / 1e9,
      // 8 frames of 1.5 nA for 200 ns on pixels of 10 nm.
      doseElectronsPerNm2: expect.closeTo(149.8, 1),
    });
  });

  it('cost beam time and dose of every pass where an instrument averages', () => {
    const presetNamed = (text: string) => ({ ...registry.presetNamed(text), passes: 3 });
    const [once] = planSuite(fakeSuite(), registry).expected;
    const [often] = planSuite(fakeSuite(), { ...registry, presetNamed }).expected;
    const ratio = (name: 'pixels' | 'beamOnS' | 'doseElectronsPerNm2') =>
      (often?.[name] ?? 0) / (once?.[name] ?? 1);
    expect(ratio('pixels')).toBe(1);
    expect(ratio('beamOnS')).toBeCloseTo(3, 12);
    expect(ratio('doseElectronsPerNm2')).toBeCloseTo(3, 12);
  });
});

describe('keys', () => {
  it('change with everything that determines a trajectory', () => {
    const suites: Suite[] = [
      fakeSuite(),
      fakeSuite({ seed: 8 }),
      fakeSuite({ presets: ['fine'] }),
      fakeSuite({ psf: ['disc'] }),
      fakeSuite({ specimens: ['tin'] }),
      fakeSuite({ frame: { width: 64, height: 128 } }),
      fakeSuite({ limits: { workingDistanceUm: 61, stigmator: 20 } }),
      fakeSuite({ margins: { workingDistanceUm: 2, stigmator: 0.25 } }),
      fakeSuite({
        algorithms: [
          { name: 'halving', iterations: 8, dwellTimesNs: [200], parameters: { gain: 0.6 } },
        ],
      }),
    ];
    const keys = suites.map((suite) => planSuite(suite, registry).keys[0]);
    const newer = { ...registry, physicsVersion: 'fake-2' };
    keys.push(planSuite(fakeSuite(), newer).keys[0]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('do not change with the words of a suite, nor with defaults written out', () => {
    const plan = planSuite(fakeSuite(), registry);
    const reworded = planSuite(fakeSuite({ title: 'Other words' }), registry);
    expect(reworded.planHash).toBe(plan.planHash);
    const [halving] = fakeSuite().algorithms;
    const algorithms = halving ? [{ ...halving, parameters: { gain: 0.5 } }] : [];
    expect(planSuite(fakeSuite({ algorithms }), registry).planHash).toBe(plan.planHash);
  });

  it('of a specimen file depend on its content, not on its folder', () => {
    const key = (path: string, sha256: string): string | undefined =>
      planSuite(fakeSuite(), registry, {
        specimen: { file: { path, sha256, pixelSizeNm: 5, widthPx: 900, heightPx: 700 } },
      }).keys[0];
    expect(key('a/tin.png', '11')).toBe(key('b/tin.png', '11'));
    expect(key('a/tin.png', '11')).not.toBe(key('a/tin.png', '22'));
  });
});

describe('places', () => {
  const on = (widthPx: number, heightPx: number) =>
    planSuite(fakeSuite(), registry, {
      specimen: { file: { path: 'tin.png', sha256: '11', pixelSizeNm: 50, widthPx, heightPx } },
    }).scenarios;

  it('on an image lie inside it, and are not all the same', () => {
    const scenarios = on(900, 700);
    for (const { stage, frame } of scenarios) {
      const halfUm = {
        x: (frame.width * frame.pixelSizeNm) / 2e3,
        y: (frame.height * frame.pixelSizeNm) / 2e3,
      };
      expect(Math.abs(stage.xUm) + halfUm.x).toBeLessThanOrEqual(22.5);
      expect(Math.abs(stage.yUm) + halfUm.y).toBeLessThanOrEqual(17.5);
    }
    expect(new Set(scenarios.map(({ stage }) => stage.xUm)).size).toBeGreaterThan(1);
  });

  it('on an image smaller than a frame are its middle', () => {
    for (const { stage } of on(3, 2)) expect(stage).toEqual({ xUm: 0, yUm: 0 });
  });
});

describe('the calibration that algorithms are told', () => {
  const planned = (convergenceMrad: number, source: 'measured' | 'nominal', psf?: 'disc') => {
    const told: Registry = {
      ...registry,
      presetNamed: (name) => {
        const entry = registry.presetNamed(name);
        const calibrationFor = (probe: ProbeShape) => ({
          source,
          values: {
            ...entry.calibration,
            convergenceMrad,
            psf: probe === 'gaussian' ? ('gaussian' as const) : ('disc' as const),
          },
        });
        return { ...entry, calibrationFor };
      },
    };
    const { scenarios, keys } = planSuite(fakeSuite(), told, { ...(psf && { psf }) });
    return { scenario: scenarios[0], key: keys[0] };
  };

  it('is in the scenario, for the probe that it has, with where it comes from', () => {
    expect(planned(8.6, 'measured', 'disc').scenario).toMatchObject({
      calibration: { convergenceMrad: 8.6, psf: 'disc' },
      calibrationSource: 'measured',
    });
  });

  it('is in the key by its numbers, whatever their source', () => {
    expect(planned(8.6, 'measured').key).toBe(planned(8.6, 'nominal').key);
    expect(planned(8.6, 'measured').key).not.toBe(planned(8.7, 'measured').key);
  });

  it('given in a file is handed on without how it was measured', () => {
    const { calibration } = registry.presetNamed('plain');
    const measured = { microscope: 'x' };
    const plan = planSuite(fakeSuite(), registry, {
      calibration: Object.assign({}, calibration, { measured }),
    });
    expect(plan.scenarios[0]).toMatchObject({ calibration, calibrationSource: 'given' });
    expect(plan.scenarios[0]?.calibration).not.toHaveProperty('measured');
  });
});

describe('overrides', () => {
  it('choose algorithms, presets, transfer function, specimen, seed and calibration', () => {
    const { calibration } = registry.presetNamed('plain');
    const plan = planSuite(fakeSuite({ algorithms: twoAlgorithms }), registry, {
      algorithms: ['other'],
      presets: ['fine'],
      psf: 'disc',
      specimen: {
        file: { path: 'x/tin.png', sha256: '11', pixelSizeNm: 5, widthPx: 900, heightPx: 700 },
      },
      seed: 99,
      calibration: { ...calibration, convergenceMrad: 5 },
    });
    expect(plan.scenarios).toHaveLength(3);
    expect(plan.scenarios[0]).toMatchObject({
      preset: 'fine',
      psf: 'disc',
      seed: 99,
      specimen: { name: 'tin.png', file: { path: 'x/tin.png', sha256: '11', pixelSizeNm: 5 } },
      algorithm: { name: 'other' },
      calibration: { convergenceMrad: 5 },
    });
    expect(plan.suite).toMatchObject({ seed: 99, presets: ['fine'], specimens: ['tin.png'] });
  });

  it('and suites that name what is not there are refused with the list of what is', () => {
    const refusals: [Partial<Suite>, PlanOverrides][] = [
      [{}, { algorithms: ['halvin'] }],
      [{}, { presets: ['merlin'] }],
      [{}, { specimen: { name: 'tim' } }],
      [{}, { seed: -1 }],
      [{ presets: ['plan'] }, {}],
      [{ specimens: ['brain'] }, {}],
      [{ algorithms: [{ name: 'halved', iterations: 1, dwellTimesNs: [50] }] }, {}],
      [
        {
          algorithms: [
            { name: 'halving', iterations: 1, dwellTimesNs: [50], parameters: { gian: 1 } },
          ],
        },
        {},
      ],
      [{ algorithms: [{ name: 'halving', iterations: 1, dwellTimesNs: [50, 50] }] }, {}],
    ];
    const messages = refusals.map(([changes, overrides]) => {
      try {
        planSuite(fakeSuite(changes), registry, overrides);
      } catch (error) {
        if (isSemfocusError(error, 'ConfigError')) return error.message;
        throw error;
      }
      throw new Error(`was accepted: ${JSON.stringify([changes, overrides])}`);
    });
    expect(messages).toMatchInlineSnapshot(`
      [
        "--algorithms (suite fake) must be halving. Received "halvin"; did you mean halving?",
        "preset must be plain or fine. Received "merlin"",
        "--specimen must be tissue, tin or the path of an image. Received "tim"; did you mean tin?",
        "--seed must be a whole number of at least 0. Received -1",
        "preset must be plain or fine. Received "plan"; did you mean plain?",
        "specimens[0] must be tissue or tin. Received "brain"",
        "algorithms[0].name must be halving or other. Received "halved"",
        "algorithms[0] (halving): parameter must be gain. Received "gian"",
        "suite fake lists the same trajectory twice: algorithm halving with equal parameters at 50 ns, preset plain, specimen tissue",
      ]
    `);
  });
});

describe('an algorithm for which the frames are too small', () => {
  it('is refused before anything runs', () => {
    const other = registry.algorithms.get('other');
    if (other === undefined) throw new Error('no such algorithm');
    const choosy: AlgorithmEntry = {
      ...other,
      checkFrame: ({ width }, parameters) => {
        throw new ConfigError(`${JSON.stringify(parameters)} needs more than ${width} px`);
      },
    };
    const algorithms = [
      { name: 'other', iterations: 1, dwellTimesNs: [50], parameters: { side: 128 } },
    ];
    expect(() =>
      planSuite(fakeSuite({ algorithms }), {
        ...registry,
        algorithms: new Map([['other', choosy]]),
      }),
    ).toThrow('algorithms[0] (other): {"side":128} needs more than 64 px');
  });
});

describe('the plan of a built-in suite', () => {
  it.each([
    ['demo', 15],
    ['figure-2', 2 * 6 * 9],
    ['figure-2e', 2 * 3 * 90],
    ['figure-5', 2 * 11 * 9],
    ['patches', 2 * 10 * 9],
    ['simplex', 2 * 2 * 9],
  ])('%s has the expected number of trajectories', async (name, trajectories) => {
    const suite = await loadSuite(name);
    const all = fakeRegistry({});
    const algorithms = suite.algorithms.map(({ name: known }): [string, AlgorithmEntry] => [
      known,
      {
        name: known,
        summary: '',
        create: (parameters = {}) => ({ name: known, version: '1', parameters, run: halve }),
      },
    ]);
    const plan = planSuite(suite, {
      ...all,
      algorithms: new Map(algorithms),
      presetNamed: (preset) => ({ ...all.presetNamed('plain'), name: preset }),
    });
    expect(plan.scenarios).toHaveLength(trajectories);
  });
});

describe('instruments along axes', () => {
  const one = (axes: Suite['axes']) => {
    const suite = fakeSuite({
      axes,
      algorithms: [{ name: 'halving', iterations: 2, dwellTimesNs: [200] }],
    });
    suite.trajectories.count = 1;
    return planSuite(suite, registry).scenarios;
  };

  it('are named as a person would name them', () => {
    const scenarios = one({
      design: 'grid',
      axes: [
        { of: { imperfection: 'coma' }, levels: [5, 10] },
        { of: { imperfection: 'drift' }, levels: [1] },
      ],
    });
    expect(scenarios.map(({ preset }) => preset)).toEqual([
      'plain~coma=5~drift=1',
      'plain~coma=10~drift=1',
    ]);
    expect(scenarios.map(({ calibrationSource }) => calibrationSource)).toEqual([
      'nominal',
      'nominal',
    ]);
  });

  it('keep the same start, place and specimen', () => {
    const [first, second] = one({
      design: 'one-at-a-time',
      axes: [{ of: { imperfection: 'coma' }, levels: [5] }],
    });
    expect(second).toEqual({ ...first, preset: 'plain~coma=5' });
  });

  it('or what is told of them is wrong, by as much as it says', () => {
    const told = (calibrationError: CalibrationErrorName, level: number) =>
      one({ design: 'grid', axes: [{ of: { calibrationError }, levels: [level] }] })[0];
    const { calibration: right } = registry.presetNamed('plain');
    const wrong = told('convergencePercent', 10);
    expect(wrong?.preset).toBe('plain');
    expect(wrong?.calibrationSource).toBe('given');
    expect(wrong?.calibration).toMatchObject({
      convergenceMrad: expect.closeTo(1.1 * right.convergenceMrad, 9),
      stigmatorMatrixUmPerUnit: right.stigmatorMatrixUmPerUnit,
    });
    // (a, b) of x turns to b of y at 45 degrees.
    const calibration = calibrationSchema.parse(told('stigmatorRotationDeg', 45)?.calibration);
    expect(calibration.stigmatorMatrixUmPerUnit.flat()).toEqual(
      [0, -7.2, 7.2, 0].map((value) => expect.closeTo(value, 9)),
    );
    expect(told('stigmatorScalePercent', -50)?.calibration).toMatchObject({
      stigmatorMatrixUmPerUnit: [
        [3.6, 0],
        [0, 3.6],
      ],
    });
    expect(told('imageShiftNmPerUm', 12)?.calibration).toMatchObject({
      imageShiftNmPerUm: { x: 12, y: 0 },
    });
  });
});

describe('classes of starts', () => {
  const suite = fakeSuite({
    trajectories: {
      count: 5,
      gridSpacingUm: 80,
      start: [
        { stratum: 'near', workingDistanceUm: [1, 2], stigmatorX: [0, 0], stigmatorY: [0, 0] },
        { stratum: 'far', workingDistanceUm: [20, 30], stigmatorX: [1, 2], stigmatorY: [0, 0] },
      ],
    },
  });

  it('take turns, each trajectory at a place of its own', () => {
    const scenarios = planSuite(suite, registry).scenarios.slice(0, 5);
    expect(scenarios.map(({ stratum }) => stratum)).toEqual(['near', 'far', 'near', 'far', 'near']);
    for (const { stratum, start } of scenarios) {
      expect(start.workingDistanceUm > 10).toBe(stratum === 'far');
    }
    expect(new Set(scenarios.map(({ stage }) => `${stage.xUm} ${stage.yUm}`)).size).toBe(5);
  });

  it('must all lie inside the limits', () => {
    expect(() =>
      parseConfig(suiteSchema, { ...suite, limits: { workingDistanceUm: 25, stigmator: 5 } }, 'it'),
    ).toThrow('it: limits.workingDistanceUm: must be at least 30');
  });
});

describe('doses', () => {
  it('become dwell times of the instrument', () => {
    const algorithms = [{ name: 'halving', iterations: 1, dosesElectronsPerNm2: [1, 18.7] }];
    const { scenarios } = planSuite(fakeSuite({ algorithms }), registry);
    const dwells = new Set(scenarios.map(({ frame }) => frame.dwellTimeNs));
    // 1.5 nA on pixels of 10 nm: 0.0936 electrons/nm^2 per ns.
    expect([...dwells]).toEqual([10.7, 200]);
  });

  it.each([[{}], [{ dwellTimesNs: [50], dosesElectronsPerNm2: [5] }]])(
    'or dwell times, not both: %j',
    (exposure) => {
      const algorithms = [{ name: 'halving', iterations: 1, ...exposure }];
      expect(() => parseConfig(suiteSchema, fakeSuite({ algorithms }), 'it')).toThrow(
        'it: algorithms[0].dwellTimesNs: give this or dosesElectronsPerNm2, one of the two',
      );
    },
  );
});

describe('only some trajectories', () => {
  const suite = fakeSuite({ algorithms: twoAlgorithms });
  const all = planSuite(suite, registry);

  it('are those whose keys begin as asked, in the order of the plan', () => {
    const [first = '', , , , fifth = ''] = all.keys;
    const some = planSuite(suite, registry, { only: [fifth.slice(0, 12), first] });
    expect(some.keys).toEqual([first, fifth]);
    expect(some.scenarios).toEqual([all.scenarios[0], all.scenarios[4]]);
    expect(some.expected).toEqual([all.expected[0], all.expected[4]]);
    expect(some.planHash).not.toBe(all.planHash);
  });

  it('must be there', () => {
    expect(() => planSuite(suite, registry, { only: ['xyz'] })).toThrow(
      '--only must be the beginning of a key of suite fake. Received "xyz"',
    );
  });
});
