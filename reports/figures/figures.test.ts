import { describe, expect, it } from 'vitest';
import { syntheticRun } from '../../harness/gate/testing/syntheticRun.ts';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { normal975 } from '../../harness/statistics/index.ts';
import { drawChart, type Mark, screenTheme } from '../chart/index.ts';
import { summarise } from '../summary/index.ts';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { syntheticRecords } from '../testing/syntheticRecords.ts';
import { formatNumber } from '../words/index.ts';
import { claimsFigure } from './claimsFigure.ts';
import { costFigure } from './costFigure.ts';
import { differenceFigure } from './differenceFigure.ts';
import { ecdfFigure } from './ecdfFigure.ts';
import type { Figure, MaybeFigure } from './Figure.ts';
import { type FigureInput, figureInput } from './FigureInput.ts';
import { failureFigure } from './failureFigure.ts';
import { firstStepFigure } from './firstStepFigure.ts';
import { frameDose } from './frameDose.ts';
import { heatFigure } from './heatFigure.ts';
import { ladderFigure } from './ladderFigure.ts';
import { meanFigure } from './meanFigure.ts';
import { medianFigure } from './medianFigure.ts';
import { profileFigure } from './profileFigure.ts';
import { signedFigure } from './signedFigure.ts';
import { targetsFigure } from './targetsFigure.ts';
import { timingFigure } from './timingFigure.ts';
import { tornadoFigure } from './tornadoFigure.ts';

const inputOf = (records: readonly TrajectoryRecord[]) => figureInput(records, summarise(records));
const drawn = (figure: MaybeFigure): Figure => {
  if ('undrawable' in figure) throw new Error(`${figure.id}: ${figure.undrawable}`);
  return figure;
};
const marksOf = <Kind extends Mark['kind']>(figure: MaybeFigure, kind: Kind, view = 0) =>
  (drawn(figure).views[view]?.chart.panels ?? []).map(({ marks }) =>
    marks.filter((mark): mark is Extract<Mark, { kind: Kind }> => mark.kind === kind),
  );

const rowsOf = (table: Figure['table']) => (table?.rows ?? []).map(({ cells }) => cells);

const records = syntheticRecords({ trajectories: 9 });
const input = inputOf(records);
/** A baseline that succeeded at everything that has an even index. */
const evenBase = (given: FigureInput) =>
  new Map(
    given.groups.flatMap((group) =>
      group.records.map((record) => {
        const { failureClass: _, ...good } = record;
        const isEven = record.scenario.trajectory % 2 === 0;
        return [record.key, isEven ? good : { ...good, failureClass: 'timeout' as const }];
      }),
    ),
  );
const all: Record<string, (of: FigureInput) => MaybeFigure> = {
  claimsFigure,
  costFigure,
  differenceFigure: (of) => differenceFigure(of, evenBase(of)),
  ecdfFigure,
  failureFigure,
  firstStepFigure,
  heatFigure,
  ladderFigure,
  meanFigure,
  medianFigure,
  profileFigure,
  signedFigure,
  targetsFigure,
  timingFigure,
  tornadoFigure,
};
const cases: readonly (readonly [string, FigureInput])[] = [
  ['no records', inputOf([])],
  ['a single trajectory', inputOf([handMadeRecord({ workingDistancesUm: [9, 0, 0] })])],
  [
    'a failure before the first iteration',
    inputOf([handMadeRecord({ outcome: 'failed', workingDistancesUm: [9] })]),
  ],
  ['starts in focus', inputOf([handMadeRecord({ workingDistancesUm: [0, 0] })])],
  ['three algorithms at two doses', input],
];

describe.each(Object.entries(all))('%s', (_, figure) => {
  it.each(cases)('of %s is drawn, or says why not', (__, given) => {
    const made = figure(given);
    expect(made.title).not.toMatch(/NaN|undefined|Infinity/);
    if ('undrawable' in made) {
      expect(made.undrawable).toMatch(/\.$|\)\.$/);
      return;
    }
    expect(made.caption).toMatch(/^[A-Z].*[.)]$/s);
    for (const { chart, more } of made.views) {
      for (const one of [chart, ...(more ? [more.chart] : [])]) {
        for (const width of [344, 1180]) {
          expect(drawChart(one, { width, theme: screenTheme })).not.toMatch(
            /NaN|undefined|Infinity/,
          );
        }
        for (const { x, y } of one.panels) {
          // Categories speak for themselves; everything else has a title.
          for (const axis of [x, y])
            expect(axis.title !== '' || axis.ticks !== undefined).toBe(true);
        }
      }
    }
    for (const row of rowsOf(made.table)) expect(row).toHaveLength(made.table?.head.length ?? 0);
  });
});

describe('figures of the summary', () => {
  it('draw the means that the summary has', () => {
    const [panel] = marksOf(meanFigure(input), 'line');
    const lines = input.shown[0]?.groups.map(({ summary }) =>
      summary.iterations.map((point) => point.absWorkingDistanceUm.mean),
    );
    expect(panel?.map(({ y }) => y)).toEqual(lines);
  });

  it('draw the medians that the summary has', () => {
    const [panel] = marksOf(medianFigure(input), 'line');
    const medians = input.shown[0]?.groups.map(({ summary }) =>
      summary.iterations.map((point) => Math.max(1e-3, point.absWorkingDistanceUm.median)),
    );
    expect(panel?.map(({ y }) => y)).toEqual(medians);
  });

  it('end the cost curves at the share of successes', () => {
    const [panel] = marksOf(ecdfFigure(input), 'line');
    const solid = panel?.filter(({ opacity }) => opacity === undefined);
    expect(solid?.map(({ y }) => y.at(-1))).toEqual(
      input.shown[0]?.groups.map(({ summary }) => 100 * summary.success.fraction),
    );
  });

  it('draw the electrons with which the bound would be inside, over electrons alone', () => {
    const [width, height, perPixel] = [100, 80, 30];
    const bounded = Array.from({ length: 3 }, (_, trajectory) => {
      const record = handMadeRecord({
        trajectory,
        workingDistancesUm: [10, 0.1],
        // The margin is 1 um: the 95 % of a pair of whole frames are a tenth of it.
        pairBoundSd: { workingDistanceUm: 0.1 / normal975, stigmatorX: 1e-4, stigmatorY: 1e-4 },
      });
      return {
        ...record,
        scenario: { ...record.scenario, frame: { ...record.scenario.frame, width, height } },
        iterations: record.iterations.map((row) => ({
          ...row,
          electronsTotal: perPixel * row.pixelsTotal,
        })),
      };
    });
    const figure = ecdfFigure(inputOf(bounded));
    const rulesOf = (view: number) => marksOf(figure, 'rule', view)[0] ?? [];
    expect(rulesOf(0)).toEqual([]);
    const bound = rulesOf(2).find(({ label }) => label === 'bound');
    expect(bound?.at).toBeCloseTo((2 * width * height * perPixel) / 100, 6);
    const [from = 0] = drawn(figure).views[2]?.chart.panels[0]?.x.range ?? [];
    expect(from).toBeLessThan(bound?.at ?? 0);
    const unbounded = inputOf(bounded.map(({ pairBoundSd: _, ...record }) => record));
    const without = marksOf(ecdfFigure(unbounded), 'rule', 2)[0] ?? [];
    expect(without.filter(({ label }) => label === 'bound')).toEqual([]);
  });

  it('stand a cross where half of the unsuccessful had ended', () => {
    const [panel] = marksOf(ecdfFigure(input), 'points');
    const crosses = panel?.filter(({ symbol, size }) => symbol === 'x' && size === 1.5);
    const expected = input.summary.targets[0]?.contestants
      .filter(({ dwellTimeNs }) => dwellTimeNs === 50)
      .flatMap(({ fixedTarget: [frames] }) => frames?.budgetCross ?? []);
    expect(crosses?.map(({ x }) => x[0])).toEqual(expected);
  });

  it('count every trajectory among the failures or the successes', () => {
    const { table } = drawn(failureFigure(input));
    const counted = rowsOf(table).map(([, , n, ...counts]) => [
      n,
      counts.reduce<number>((sum, one) => sum + Number(one), 0),
    ]);
    for (const [n, sum] of counted ?? []) expect(sum).toBe(n);
    const good = input.summary.groups.reduce((sum, { success }) => sum + success.count, 0);
    expect(drawn(failureFigure(input)).title).toMatch(
      new RegExp(`^${good} of 54 trajectories were successes; of the others `),
    );
  });
});

describe('columns of maps', () => {
  const axisOf = (some: readonly TrajectoryRecord[]) =>
    drawn(heatFigure(inputOf(some))).views[0].chart.panels[0]?.x;

  it('are doses where a dwell time means one dose, dwell times otherwise', () => {
    const ofDoses = axisOf(records);
    expect(ofDoses?.title).toBe('dose of one frame (e/nm²)');
    expect(ofDoses?.ticks?.map(({ label }) => label)).toEqual(['4.65', '18.6']);
    const strong = syntheticRecords({ trajectories: 9, presets: ['strong'] }).map((record) => ({
      ...record,
      iterations: record.iterations.map((row) => ({
        ...row,
        doseElectronsPerNm2Total: 2 * row.doseElectronsPerNm2Total,
        electronsTotal: 2 * row.electronsTotal,
      })),
    }));
    const ofDwells = axisOf([...records, ...strong]);
    expect(ofDwells?.title).toBe('dwell time (ns)');
    expect(ofDwells?.ticks?.map(({ label }) => label)).toEqual(['50', '200']);
  });
});

describe('nested targets', () => {
  const run = inputOf(syntheticRun({ places: 10 }).records);

  it('draw what the summary has: fewer trajectories in tighter targets, each at a higher price', () => {
    const figure = drawn(targetsFigure(run));
    const [panel] = marksOf(figure, 'points');
    const [contestant] = run.summary.targets[0]?.contestants ?? [];
    const rungs = contestant?.ladder.filter(({ cost }) => cost === 'frames') ?? [];
    expect(panel?.[0]?.y).toEqual(
      rungs.map(({ reached, trajectories }) => (100 * reached) / trajectories),
    );
    expect(panel?.[0]?.y).toEqual(panel?.[0]?.y.toSorted((p, q) => q - p));
    const [costs] = marksOf(figure, 'points', 1);
    expect(costs?.[0]?.y).toEqual(rungs.map(({ expected }) => expected));
    expect(rowsOf(figure.table)[0]?.slice(2, 5)).toEqual([
      2,
      // 10 nm over 8.74 mrad is 1.144 um.
      '2.29',
      `${rungs[0]?.reached} of ${rungs[0]?.trajectories}`,
    ]);
    expect(figure.title).toMatch(/^Within 0\.25 depths of focus at the end: net in \d+ of 60 traj/);
  });

  it('are not drawn where there was nothing to focus on', () => {
    const refused = records.map(({ failureClass: _, ...record }) => ({
      ...record,
      outcome: 'declined' as const,
    }));
    expect(targetsFigure(inputOf(refused))).toMatchObject({
      undrawable: 'No trajectory had anything to focus on.',
    });
  });
});

describe('the difference to a baseline', () => {
  it('counts what was lost and won in every cell, with the number of pairs', () => {
    const figure = drawn(differenceFigure(input, evenBase(input)));
    const sum = (column: number) =>
      rowsOf(figure.table).reduce((total, row) => total + Number(row[column]), 0);
    const good = records.filter(({ failureClass }) => failureClass === undefined);
    const isEven = ({ scenario }: TrajectoryRecord) => scenario.trajectory % 2 === 0;
    const lost = records.filter((record) => isEven(record) && !good.includes(record)).length;
    const won = good.filter((record) => !isEven(record)).length;
    expect([sum(3), sum(4), sum(5)]).toEqual([records.length, lost, won]);
    expect(lost).toBeGreaterThan(0);
    expect(figure.title).toMatch(
      new RegExp(`^Against the baseline ${lost} lost, ${won} won of 54 scenarios; most `),
    );
    const written = marksOf(figure, 'rect').flat();
    expect(written.filter(({ text }) => text?.startsWith('n '))).toHaveLength(
      rowsOf(figure.table).length ?? 0,
    );
  });

  it('leaves out what the baseline did not meet, and says so where it met nothing', () => {
    const [first] = records;
    const one = new Map(first === undefined ? [] : [[first.key, first]]);
    const { table, title } = drawn(differenceFigure(input, one));
    expect(rowsOf(table).filter(([, , , pairs]) => pairs !== 0)).toEqual([
      expect.arrayContaining([1, 0, 0, '0']),
    ]);
    expect(title).toBe('Against the baseline no scenario was lost or won');
    expect(differenceFigure(input, new Map())).toMatchObject({
      undrawable: 'No scenario was met by both runs.',
    });
  });
});

describe('the dose ladder', () => {
  const rungs = syntheticRecords({ trajectories: 9, dwellTimesNs: [25, 50, 100, 200] });
  const ladder = inputOf(rungs);

  it('is not drawn below three doses', () => {
    expect(ladderFigure(input)).toMatchObject({
      undrawable: expect.stringContaining('There are not 3 doses'),
    });
  });

  it('has the dose of a frame of loops that expose parts of it, too', () => {
    const dosesOf = (some: readonly TrajectoryRecord[]) =>
      inputOf(some).main.map((group) => frameDose(group));
    const { records } = syntheticRun({ places: 3 });
    const ofRegions = records.map((record) => ({
      ...record,
      iterations: record.iterations.map((row) => ({
        ...row,
        // A tenth of the pixels of every frame, each at another place.
        pixelsTotal: Math.round(row.pixelsTotal / 10),
        electronsTotal:
          Math.round(row.pixelsTotal / 10) * (row.electronsTotal / (row.pixelsTotal || 1)),
        doseElectronsPerNm2Total: row.doseElectronsPerNm2Total / Math.max(1, row.framesTotal),
      })),
    }));
    expect(dosesOf(ofRegions)).toEqual(dosesOf(records));
  });

  it('draws the bound where the median of an estimator at it would lie', () => {
    const [panel] = marksOf(ladderFigure(ladder), 'line');
    const bound = panel?.find(({ dash }) => dash === 'longdash');
    const sds = [25, 50, 100, 200].map(
      (ns) =>
        ladder.summary.groups.find(
          ({ condition, pairBound }) => condition.dwellTimeNs === ns && pairBound !== null,
        )?.pairBound?.sd.workingDistanceUm ?? 0,
    );
    expect(bound?.y).toEqual(sds.map((sd) => expect.closeTo(0.6745 * sd, 9)));
  });
});

describe('the first step', () => {
  const offsets = [-10, -5, -1, 1, 5, 10];
  const steps = offsets.flatMap((um, i) =>
    Array.from({ length: 5 }, (_, k) =>
      // Nine tenths of what is needed and 0.3 um too far.
      handMadeRecord({ trajectory: 5 * i + k, workingDistancesUm: [um, um - 0.9 * um + 0.3] }),
    ),
  );

  it('shows slope and offset of the line, and says them', () => {
    const figure = drawn(firstStepFigure(inputOf(steps)));
    expect(figure.title).toBe(
      'One step corrects working distance by 90 % of the ideal correction (alpha), offset 0.3 µm',
    );
    const [texts] = marksOf(figure, 'text');
    expect(texts?.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^slope 0\.9 \[/),
      expect.stringMatching(/^offset 0\.3 µm \[/),
    ]);
  });

  it('has a view for either stigmator, in its own units', () => {
    // Made by hand: stigmators are a tenth of the working distance, y with the other sign.
    const figure = drawn(firstStepFigure(inputOf(steps)));
    expect(figure.views.map(({ label }) => label)).toEqual([
      'working distance',
      'stigmator x',
      'stigmator y',
    ]);
    const offsets = [1, 2].map((view) => marksOf(figure, 'text', view)[0]?.[1]?.text);
    expect(offsets).toEqual([
      expect.stringMatching(/^offset 0\.03 a\.u\. \[/),
      expect.stringMatching(/^offset −0\.03 a\.u\. \[/),
    ]);
    expect(rowsOf(figure.table).map(([parameter, , , n]) => [parameter, n])).toEqual([
      ['working distance', 30],
      ['stigmator x', 30],
      ['stigmator y', 30],
    ]);
  });

  it('says which parameter did not start in enough places', () => {
    const astigmatic = steps.map((record) => ({
      ...record,
      iterations: record.iterations.map((row) => ({
        ...row,
        residual: { ...row.residual, stigmatorX: 0 },
      })),
    }));
    const figure = drawn(firstStepFigure(inputOf(astigmatic)));
    expect(figure.views.map(({ label }) => label)).toEqual(['working distance', 'stigmator y']);
    expect(figure.caption).toContain('Not drawn: stigmator x,');
  });
});

describe('claims', () => {
  it('count the errors within what was claimed, of the last correction of each trajectory', () => {
    const claim = { workingDistanceUm: 0.5, stigmatorX: 0.05, stigmatorY: 0.05 };
    // |z| = 0.4, 1, 1.6, 2: one within 50 %, three within 90 %.
    const made = [0.2, -0.5, 0.8, -1].map((end, trajectory) => {
      const record = handMadeRecord({ trajectory, workingDistancesUm: [9, end] });
      return {
        ...record,
        iterations: record.iterations.map((row, i) =>
          i === 1 ? { ...row, correctionSd: claim } : row,
        ),
      };
    });
    const { table, title } = drawn(claimsFigure(inputOf(made)));
    expect(rowsOf(table)[0]?.slice(3, 5)).toEqual(['25 % [5, 70]', '75 % [30, 95]']);
    expect(title).toBe(
      'Too few trajectories to judge claims of uncertainty. alpha: 3 of 4 working distances within its own 90 % interval',
    );
  });
});

describe('claims under several conditions', () => {
  it('are pooled in the figure, which says so, and apart in the numbers', () => {
    const claim = { workingDistanceUm: 0.5, stigmatorX: 0.05, stigmatorY: 0.05 };
    const made = [50, 200].flatMap((dwellTimeNs) =>
      [0.2, -0.5].map((end, trajectory) => {
        const record = handMadeRecord({ dwellTimeNs, trajectory, workingDistancesUm: [9, end] });
        const iterations = record.iterations.map((row, i) =>
          i === 1 ? { ...row, correctionSd: claim } : row,
        );
        return { ...record, iterations };
      }),
    );
    const { caption, table } = drawn(claimsFigure(inputOf(made)));
    expect(caption).toContain('All conditions of an algorithm are pooled, up to 2');
    expect(rowsOf(table).map((row) => row.slice(1, 3))).toEqual([
      ['all', 4],
      ['merlin, gaussian, tissue, 50 ns', 2],
      ['merlin, gaussian, tissue, 200 ns', 2],
    ]);
  });
});

describe('times', () => {
  it.each([
    [undefined, 'The records do not say how many trajectories ran at once'],
    [1, 'Trajectories ran one at a time, but neither warm'],
    [2, 'Times were taken while up to 2 trajectories ran at once'],
  ])(
    'taken in passing, with %s at once, are not drawn, by what the records say',
    (workers, why) => {
      const made = [0, 1].map((trajectory) => {
        const record = handMadeRecord({ trajectory, workingDistancesUm: [9, 0] });
        const { workers: _, ...timing } = record.timing;
        return { ...record, timing: { ...timing, ...(workers && { workers }) } };
      });
      expect(timingFigure(inputOf(made))).toMatchObject({
        undrawable: expect.stringContaining(why),
      });
    },
  );

  it('are drawn of what was timed by itself, beside the time of the frames', () => {
    expect(timingFigure(input)).toMatchObject({
      undrawable: expect.stringContaining('no record was timed for the sake of its times'),
    });
    const serial = [128, 384].flatMap((side) =>
      [0, 1].map((trajectory) => {
        const record = handMadeRecord({
          algorithm: `net-${side}`,
          trajectory,
          workingDistancesUm: [9, 1, 0],
        });
        return { ...record, timing: { ...record.timing, mode: 'serial' as const } };
      }),
    );
    const { table } = drawn(timingFigure(inputOf(serial)));
    expect(rowsOf(table)).toEqual([
      ['net-128', 128, 4, '100', '100', '100', '500'],
      ['net-384', 384, 4, '100', '100', '100', '500'],
    ]);
  });
});

describe('profiles', () => {
  const course = (algorithm: string, workingDistancesUm: readonly number[]) =>
    [0, 1].map((trajectory) => handMadeRecord({ algorithm, trajectory, workingDistancesUm }));

  it('name the algorithm that needs the least dose most often, or all that tie', () => {
    const [a, b, c] = [course('a', [9, 0.5]), course('b', [9, 0.5]), course('c', [9, 3, 0.5])];
    expect(drawn(profileFigure(inputOf([...a, ...c]))).title).toBe(
      'a reached the margins with the least dose at 2 of 2 places',
    );
    expect(drawn(profileFigure(inputOf([...a, ...b, ...c]))).title).toBe(
      'a, b alike reached the margins with the least dose at 2 of 2 places',
    );
  });

  it('take two algorithms: dwell times of one are no rivals', () => {
    const one = [50, 200].flatMap((dwellTimeNs) =>
      [0, 1].map((trajectory) =>
        handMadeRecord({ dwellTimeNs, trajectory, workingDistancesUm: [9, 0.5] }),
      ),
    );
    expect(profileFigure(inputOf(one))).toMatchObject({
      undrawable: 'No two algorithms met the same places.',
    });
  });
});

describe('costs', () => {
  it('are told of algorithms over all conditions, of one algorithm from condition to condition', () => {
    expect(drawn(costFigure(input)).title).toMatch(
      /^Computing takes \d+ % of an iteration with deepscore-simplex, \d+ % with mapfost$/,
    );
    const own = records.filter(({ scenario }) => scenario.algorithm.name === 'mapfost');
    expect(drawn(costFigure(inputOf(own))).title).toMatch(
      /^Computing takes \d+ % to \d+ % of an iteration with mapfost$/,
    );
  });
});

describe('imperfections', () => {
  const varied = syntheticRecords({
    trajectories: 5,
    dwellTimesNs: [50],
    presets: ['merlin', 'merlin~drift=500', 'merlin~drift=50'],
  });
  const of = inputOf(varied);

  it('keep the instrument as it is apart, levels ascending', () => {
    expect(of.main.map(({ summary }) => summary.condition.preset)).toEqual(Array(3).fill('merlin'));
    const { table } = drawn(tornadoFigure(of));
    expect(rowsOf(table).map(([what]) => what)).toEqual([
      'as it is',
      'drift = 50 nm/min',
      'drift = 500 nm/min',
    ]);
  });

  it('an algorithm that is told something wrong keeps its look, and the error is read back', () => {
    const made = [8, 9.6].flatMap((mrad, i) =>
      [0, 1].map((trajectory) => {
        const record = handMadeRecord({ trajectory, workingDistancesUm: [9, 0.1] });
        const scenario = {
          ...record.scenario,
          calibration: { ...record.scenario.calibration, convergenceMrad: mrad },
          calibrationSource: i === 0 ? ('nominal' as const) : ('given' as const),
        };
        return { ...record, key: `${i}${trajectory}`.padEnd(64, '0'), scenario };
      }),
    );
    const misled = inputOf(made);
    expect(misled.series.map(({ label }) => label)).toEqual(['alpha']);
    expect(misled.summary.groups.map(({ variation }) => variation)).toEqual([
      null,
      'told convergence +20 %',
    ]);
  });
});

describe('many conditions', () => {
  it('show a few and fold the others', () => {
    const many = inputOf(
      syntheticRecords({
        trajectories: 2,
        presets: ['a', 'b'],
        specimens: ['c', 'd'],
        dwellTimesNs: [25, 50, 100],
      }),
    );
    expect(many.shown.map(({ label }) => label)).toEqual([
      'a, c, 50 ns',
      'a, d, 50 ns',
      'b, c, 50 ns',
      'b, d, 50 ns',
    ]);
    expect(many.folded).toHaveLength(8);
    expect(drawn(ecdfFigure(many)).views[0].more?.label).toBe('8 further conditions');
  });
});

describe('numbers behind a figure', () => {
  it('are those of the summary', () => {
    const { table } = drawn(ecdfFigure(input));
    const frames = input.summary.targets[0]?.contestants.map(
      ({ fixedTarget }) => fixedTarget[0]?.expected ?? null,
    );
    expect(rowsOf(table).map((row) => row[3])).toEqual(frames?.map(formatNumber));
  });
});
