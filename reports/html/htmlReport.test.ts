import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import {
  evaluateGate,
  gateRulesSchema,
  type RuleResult,
  type RunEvidence,
  summariseRun,
} from '../../harness/gate/index.ts';
import { syntheticRun } from '../../harness/gate/testing/syntheticRun.ts';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { ruleSentence } from '../gate/index.ts';
import { summarise } from '../summary/index.ts';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { syntheticRecords } from '../testing/syntheticRecords.ts';
import { escapeHtml, formatNumber } from '../words/index.ts';
import { type HtmlReportInput, htmlReport } from './htmlReport.ts';
import type { PreviewPngs } from './pictures/PreviewPngs.ts';
import { plotlySource } from './plotlySource.ts';
import type { ReportRun } from './sections/ReportRun.ts';

const grey = encode({ width: 4, height: 3, data: new Uint8Array(12).fill(99), channels: 1 });
const triple: PreviewPngs = { before: grey, after: grey, inFocus: grey };

function reportOf(
  records: readonly TrajectoryRecord[],
  more: Partial<HtmlReportInput> = {},
): string {
  const provenance = { Command: 'semfocus run demo' };
  const rest = { title: 'A title', images: new Map(), provenance, ...more };
  return htmlReport({ records, summary: summarise(records), ...rest });
}

/** The report without the plotting library, whose own text is not ours to judge. */
const ownPart = (html: string) => html.replace(plotlySource(), '');
const dataOf = (html: string) =>
  JSON.parse(/<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? '');

const records = syntheticRecords({ trajectories: 9 });
const summary = summarise(records);
/** The report that most tests look at. */
const report = reportOf(records);

describe('htmlReport', () => {
  it('has its sections in the order in which a reader needs them', () => {
    const ids = [...report.matchAll(/<section id="(\w+)">/g)].map(([, id]) => id);
    expect(ids).toEqual([
      'headline',
      'convergence',
      'targets',
      'dose',
      'regions',
      'errors',
      'time',
      'flips',
      'failures',
      'trajectories',
      'frames',
      'methods',
      'provenance',
      'downloads',
    ]);
  });

  it('is the same bytes for equal input, in any order of the records', () => {
    expect(reportOf(records.toReversed())).toBe(report);
  });

  it('says beside the times with how many trajectories at once they were measured', () => {
    const timed = records.map((record) => ({
      ...record,
      timing: { ...record.timing, workers: 4 },
    }));
    const text = 'Computing time was measured with 4 trajectories at once.';
    // At the table, at the figure of costs, and in the methods.
    expect(reportOf(timed).split(text)).toHaveLength(4);
    expect(report).not.toContain('Computing time was measured');
  });

  it('refers to nothing outside itself and holds the plotting library once', () => {
    const html = reportOf(records, { images: new Map(records.map(({ key }) => [key, triple])) });
    expect(html.split(plotlySource())).toHaveLength(2);
    const own = ownPart(html);
    expect(own).not.toMatch(/https?:|@import|url\((?!#)|<link|<iframe/);
    for (const [, source] of own.matchAll(/\ssrc="([^"]{0,30})/g)) {
      expect(source).toMatch(/^data:image\/png;base64,/);
    }
    expect(own).toContain("default-src 'none'");
  });

  it('states the finding and the headline numbers without scripts', () => {
    const html = ownPart(report).replace(/<script.*?<\/script>/gs, '');
    expect(html).toMatch(/class="banner">[\s\S]*<p>deepfocus at 50 ns reached the margins/);
    expect(html).toMatch(/18\.6<small>\[18\.6, 55\.8\]<\/small>/);
    expect(html).toContain('<noscript>');
  });

  it('puts the most successful first, and makes the best of a column bold', () => {
    const good = [10, 2, 0.2];
    const better = [10, 1, 0.1];
    const html = reportOf([
      handMadeRecord({ algorithm: 'alpha', outcome: 'diverged', workingDistancesUm: [10, 20, 30] }),
      handMadeRecord({ algorithm: 'beta', workingDistancesUm: good }),
      handMadeRecord({ algorithm: 'gamma', workingDistancesUm: better }),
    ]);
    const table = /<table class="headline">[\s\S]*?<\/table>/.exec(html)?.[0] ?? '';
    const rows = table.split(/<tr[ >]/).filter((row) => row.includes('class="algorithm"'));
    expect(rows.map((row) => /(alpha|beta|gamma)<\/span>/.exec(row)?.[1])).toEqual([
      'gamma',
      'beta',
      'alpha',
    ]);
    const best = rows.map((row) => [...row.matchAll(/data-value="([^"]*)" class="best"/g)].length);
    expect(best[0]).toBeGreaterThan(3);
    expect(best[2]).toBe(0);
    expect(rows[0]).toContain('data-value="0.1" class="best">0.10');
  });

  it('lets no string of a record, title or provenance become markup', () => {
    const evil = `</script><img src=x onerror="alert('1')">`;
    const html = ownPart(
      reportOf(
        [
          handMadeRecord({
            algorithm: evil,
            specimen: evil,
            parameters: { [evil]: evil },
            outcome: 'failed',
            message: evil,
            workingDistancesUm: [10, 1],
          }),
        ],
        { title: evil, provenance: { Command: evil } },
      ),
    );
    expect(html).not.toContain('<img');
    expect(html.match(/<\/script>/g)).toHaveLength(3);
    expect(dataOf(html).series[0].label).toBe(evil);
  });

  it('embeds every row of every trajectory and the summary', () => {
    const { table, summary: embedded } = dataOf(report);
    expect(embedded).toEqual(summary);
    const rows = table.groups.flatMap(
      ({ trajectories }: { trajectories: { rows: number[][] }[] }) =>
        trajectories.flatMap((trajectory) => trajectory.rows),
    );
    expect(rows).toHaveLength(records.flatMap(({ iterations }) => iterations).length);
    // These made no correction that the record tells of: columns of corrections are missing.
    for (const row of rows) expect(row).toHaveLength(table.columns.length - 6);
  });

  it('of no records says so, in every figure', () => {
    const html = ownPart(reportOf([]));
    expect(html).toContain('There are no trajectories to report on.');
    expect(html.match(/class="undrawable"/g)?.length).toBeGreaterThanOrEqual(7);
    expect(html.replace(/<script.*<\/script>/s, '')).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('leaves a box with the reason where a figure cannot be drawn', () => {
    const html = ownPart(
      reportOf([handMadeRecord({ outcome: 'failed', workingDistancesUm: [9] })]),
    );
    expect(html).toContain('No algorithm made an iteration.');
    expect(html).toContain('No frames were kept with these records.');
  });

  it('marks what belongs to an algorithm and a condition, for its filters', () => {
    const table = /<table class="headline">[\s\S]*?<\/table>/.exec(report)?.[0] ?? '';
    expect(table.match(/<tbody data-series="[\d ]+" data-condition="\d"/g)).toHaveLength(2);
    expect(table.match(/<tr data-series="\d" data-condition="\d"/g)).toHaveLength(6);
    const mean = /<figure class="plot" id="figure-mean">[\s\S]*?<\/figure>/.exec(report)?.[0] ?? '';
    const panels = [...mean.matchAll(/<g class="panel" data-condition="(\d)"/g)].map(
      ([, at]) => at,
    );
    // Wide and narrow, of three quantities.
    expect(panels.toSorted()).toEqual(['0', '0', '0', '0', '0', '0', '1', '1', '1', '1', '1', '1']);
    expect(mean.match(/<g class="entry" data-series="\d"/g)).toHaveLength(6);
    expect(report).toContain('<option value="1">200 ns</option>');
    expect(dataOf(report).conditions).toEqual(['50 ns', '200 ns']);
  });

  it('has no filters where there is nothing to choose from', () => {
    expect(reportOf([handMadeRecord({ workingDistancesUm: [10, 1] })])).not.toContain(
      'id="filters"',
    );
  });

  it('keeps what an iteration did, claimed and said', () => {
    const record = handMadeRecord({ workingDistancesUm: [10, 1] });
    const focus = { workingDistanceUm: 9, stigmatorX: 0.1, stigmatorY: 0.2 };
    const told = {
      ...record,
      iterations: record.iterations.map((row, i) =>
        i === 1 ? { ...row, correction: focus, correctionSd: focus, declined: 'too <dark>' } : row,
      ),
    };
    const [group] = dataOf(reportOf([told])).table.groups;
    const [{ rows, said, focus: best }] = group.trajectories;
    expect(rows[1].slice(9)).toEqual([9, 0.1, 0.2, 9, 0.1, 0.2]);
    expect(said).toEqual({ 1: 'declined: too <dark>' });
    const [start] = record.iterations;
    expect(best[0]).toBeCloseTo((start?.focus.workingDistanceUm ?? 0) - 10, 6);
  });

  it('says what the trajectories figure leaves out', () => {
    expect(report).toContain('2 trajectories leave the range shown.');
    const many = Array.from({ length: 63 }, (_, trajectory) =>
      handMadeRecord({ trajectory, workingDistancesUm: [9, 1] }),
    );
    expect(reportOf(many)).toContain('3 lines left out.');
  });

  it('gives each algorithm one look in table, legend and data', () => {
    const html = report;
    const { series } = dataOf(html) as { series: { label: string; colour: number }[] };
    for (const { label, colour } of series) {
      const looks = [...html.matchAll(/class="swatch s(\d)".*?<\/svg>(?:<span[^>]*>)?([\w-]+)</g)]
        .filter(([, , name]) => name === label)
        .map(([, palette]) => Number(palette));
      expect(looks.length).toBeGreaterThan(2);
      expect(new Set(looks)).toEqual(new Set([colour]));
    }
  });

  it('shows the bound and the efficiency of those that have one, and says what they are', () => {
    const html = ownPart(report).replace(/<script.*?<\/script>/gs, '');
    expect(html).toContain('bound<small>wd, µm</small><small>(efficiency)</small>');
    expect(html).toContain('<dt>Information bound</dt>');
    const { sd, efficiency } = summary.groups[0]?.pairBound ?? {};
    const [limit, reached] = [sd, efficiency].map((one) =>
      formatNumber(one?.workingDistanceUm ?? null),
    );
    expect(html).toContain(`>${limit}<small>(${reached})</small></td>`);
    // The search without pairs has none, at either dwell time.
    expect(html.match(/title="does not work on pairs of frames">–</g)).toHaveLength(2);
    const without = reportOf([handMadeRecord({ workingDistancesUm: [10, 1] })]);
    expect(ownPart(without)).not.toMatch(/>bound<|Information bound/);
  });

  it('warns of the preset that shares its physics with the algorithms', () => {
    const ideal = syntheticRecords({ trajectories: 2, presets: ['ideal'] });
    expect(reportOf(ideal)).toContain('tests equations');
    expect(report).not.toContain('tests equations');
  });
});

const onlySuccess = gateRulesSchema.parse({
  schema: 1,
  name: 'only success',
  description: 'For this test.',
  familyErrorRate: 0.05,
  rules: [
    {
      metric: 'success',
      direction: 'higher-is-better',
      margin: 0.1,
      floor: 0.02,
      severity: 'fail',
      minN: 1,
      inconclusive: 'fail',
    },
  ],
});

describe('the verdict', () => {
  const made = syntheticRun({ places: 4 });
  const runOf = (
    changes: Partial<RunEvidence> = {},
    processes: ReportRun['processes'] = [],
  ): ReportRun => {
    const evidence = { ...made, ...changes };
    return {
      summary: summariseRun(evidence),
      keys: new Set(evidence.records.map(({ key }) => key)),
      processes,
    };
  };
  const bannerOf = (runs: readonly ReportRun[], given = made.records) =>
    /<div class="banner.*?<p>/s.exec(reportOf(given, { runs }))?.[0] ?? '';

  it('is VALID where every planned trajectory is there, of one version', () => {
    expect(bannerOf([runOf()])).toContain('<span class="stamp valid">VALID</span>');
  });

  it('is PARTIAL where trajectories are missing, and says how many', () => {
    const kept = made.records.slice(2);
    const banner = bannerOf([runOf({ records: kept })], kept);
    expect(banner).toContain('PARTIAL');
    expect(banner).toContain(`2 of ${made.records.length} planned trajectories have no record`);
  });

  it.each([
    ['dirty tree', { origins: [{ gitSha: 'ab', gitDirty: true }] }],
    ['different runtimes', { origins: [{ runtimeClass: 'a' }, { runtimeClass: 'b' }] }],
  ])('is INVALID for a reason: %s', (reason, changes) => {
    const banner = bannerOf([runOf(changes)]);
    expect(banner).toContain('INVALID');
    expect(banner).toContain(reason);
  });

  it('is INVALID where every trajectory of an algorithm threw', () => {
    const threw = made.records.map((record) => ({
      ...record,
      outcome: 'failed' as const,
      failureClass: 'exception' as const,
    }));
    const banner = bannerOf([runOf({ records: threw })], threw);
    expect(banner).toContain('INVALID');
    expect(banner).toContain('every trajectory of net ended with an error');
  });

  it('says which of two networks of one name is in which folder', () => {
    const other = syntheticRun({ places: 4, name: 'other', modelSha256: 'bb'.repeat(32) });
    const html = reportOf(made.records, { runs: [runOf(), runOf(other)] });
    expect(html).toContain('Note: net is 2 networks: aaaaaaaaaaaa in run, bbbbbbbbbbbb in other.');
  });

  it('is INVALID where physics versions are mixed', () => {
    const mixed = made.records.map((record, i) =>
      i === 0 ? { ...record, scenario: { ...record.scenario, physicsVersion: '999' } } : record,
    );
    expect(bannerOf([runOf({ records: mixed })], mixed)).toContain('physics versions are mixed');
  });

  it('names the gate, the baseline and the flips, each with the command that runs it again', () => {
    const candidate = syntheticRun({ places: 4, lost: 1 });
    const gate = evaluateGate(made, candidate, onlySuccess, {
      resampling: { seed: 1, resamples: 50 },
    });
    const baseline = { gate, records: made.records, images: new Map() };
    const html = reportOf(candidate.records, { baseline });
    expect(html).toContain('class="stamp invalid">FAIL<');
    expect(html).toContain(`Flips: ${gate.flips.length} lost, 0 won`);
    expect(html.match(/class="stamp invalid">lost</g)?.length).toBe(gate.flips.length);
    expect(html).toContain('--only ');
    expect(html).toContain('No frames were kept of them.');
    const sentence = ruleSentence(gate.results[0] as RuleResult);
    // In the banner and among the rules.
    expect(html.split(`<li>${escapeHtml(sentence)}</li>`)).toHaveLength(3);
    expect(html).toContain('Of 1 row of the rules 1 fails');
  });
});

describe('flips', () => {
  const base = syntheticRun({ places: 4 });
  const candidate = syntheticRun({ places: 4, lost: 1, modelSha256: 'bb'.repeat(32) });
  const gate = evaluateGate(base, candidate, onlySuccess, {
    resampling: { seed: 1, resamples: 50 },
  });
  const png = (value: number, width = 4, height = 3) =>
    encode({ width, height, data: new Uint8Array(width * height).fill(value), channels: 1 });
  const flipsOf = (ofBase: PreviewPngs, ofCandidate: PreviewPngs) =>
    /<section id="flips">.*?<\/section>/s.exec(
      reportOf(candidate.records, {
        images: new Map(candidate.records.map(({ key }) => [key, ofCandidate])),
        baseline: {
          gate,
          records: base.records,
          images: new Map(base.records.map(({ key }) => [key, ofBase])),
        },
      }),
    )?.[0] ?? '';
  const titlesIn = (html: string) =>
    [...html.matchAll(/<figcaption><b>(.*?)<\/b>/g)].map(([, title]) => title);
  const shared = { before: png(1), inFocus: png(2) };

  it('show what both runs made of the same place, the worst eight of those lost', () => {
    const html = flipsOf({ ...shared, after: png(3) }, { ...shared, after: png(4) });
    expect(gate.flips.length).toBeGreaterThan(8);
    expect(html.match(/<article class="flip"/g)).toHaveLength(8);
    expect(titlesIn(html).slice(0, 4)).toEqual([
      'both runs: before',
      'baseline: after, converged',
      'this run: after, missed',
      'both runs: in focus',
    ]);
    expect(html).toContain('Frames of 8 of them');
    // All others are listed without: none is lost.
    expect(html.match(/class="stamp invalid">lost</g)?.length).toBe(gate.flips.length);
    const [first] = gate.flips;
    expect(html).toContain(`--only ${first?.key.slice(0, 12)}`);
    expect(html).toContain(`--only ${first?.baseKey.slice(0, 12)}`);
  });

  it('show both beginnings where the runs did not begin alike', () => {
    const html = flipsOf(
      { ...shared, after: png(3) },
      { before: png(9), after: png(4), inFocus: png(2) },
    );
    expect(titlesIn(html).slice(0, 5)).toEqual([
      'baseline: before',
      'this run: before',
      'baseline: after, converged',
      'this run: after, missed',
      'both runs: in focus',
    ]);
  });

  it('keep the middle of a large frame, and a damaged one as it is', () => {
    const large = png(7, 480, 360);
    const cut = large.slice(0, -30);
    const html = flipsOf({ ...shared, after: large }, { ...shared, after: cut });
    expect(html).toMatch(/width="240" height="180" alt="baseline: after, converged"/);
    expect(html).toMatch(/width="480" height="360" alt="this run: after, missed"/);
  });
});

describe('patches', () => {
  const record = handMadeRecord({ workingDistancesUm: [10, 1] });
  const looked: TrajectoryRecord = {
    ...record,
    iterations: record.iterations.map((row, i) =>
      i === 1
        ? {
            ...row,
            diagnostics: {
              places: [
                [0, 0],
                [300, 200],
              ],
              weights: [0.25, 0.75],
              coveredPx: 100,
            },
          }
        : row,
    ),
  };
  it('are drawn where they lay in the first frame, with what each counts for', () => {
    const html = reportOf([looked], { images: new Map([[looked.key, triple]]) });
    expect(html).toContain('2 patches of 100 px in the first frame');
    expect(html).toContain('(25 % to 75 %)');
    expect(html.match(/class="patches"/g)).toHaveLength(1);
    expect(reportOf([record], { images: new Map([[record.key, triple]]) })).not.toContain(
      'class="patches"',
    );
  });

  it('show what each of their squares counts for, where a network says', () => {
    const mapped: TrajectoryRecord = {
      ...looked,
      iterations: looked.iterations.map((row) =>
        row.diagnostics === undefined
          ? row
          : {
              ...row,
              diagnostics: {
                ...row.diagnostics,
                scoreMaps: [
                  [0.5, 0.25, 0.25, 0],
                  [0.1, 0.2, 0.3, 0.4],
                ],
              },
            },
      ),
    };
    const html = reportOf([mapped], { images: new Map([[mapped.key, triple]]) });
    expect(html).toContain('the more a square of a patch counts (0.0 % to 50.0 %)');
    const opacities = [...html.matchAll(/<g class="scores">(.*?)<\/g>/g)].map(([, squares]) =>
      [...(squares ?? '').matchAll(/fill-opacity="(.*?)"/g)].map(([, opacity]) => opacity),
    );
    expect(opacities).toContainEqual(['0.60', '0.30', '0.30', '0.00']);
    expect(opacities).toContainEqual(['0.15', '0.30', '0.45', '0.60']);
  });
});

describe('the gallery', () => {
  const framed = syntheticRecords({ trajectories: 9, dwellTimesNs: [50] });
  const images = new Map(framed.map(({ key }) => [key, triple]));

  it('shows the typical, the first and the worst trajectory of each algorithm, and counts the rest', () => {
    const html = reportOf(framed, { images });
    const titles = [...html.matchAll(/<h4>(.*?)(?: <(?:span|a) .*?)?<\/h4>/g)].map(
      ([, text]) => text,
    );
    expect(titles).toEqual([
      'deepfocus · trajectory 2',
      'deepfocus · trajectory 0',
      'deepfocus · trajectory 5',
      'deepscore-simplex · trajectory 2',
      'deepscore-simplex · trajectory 0',
      'deepscore-simplex · trajectory 7',
      'mapfost · trajectory 2',
      'mapfost · trajectory 0',
      'mapfost · trajectory 3',
    ]);
    expect(html).toContain('9 of 27 trajectories with kept frames are shown; 18 left out');
    expect(html.match(/farthest from focus/g)).toHaveLength(3);
    expect(html.match(/nearest to the median/g)).toHaveLength(3);
  });

  it('draws a scale bar of 500 nm and says the residuals', () => {
    const one = handMadeRecord({ workingDistancesUm: [10, -0.5] });
    const wide = encode({ width: 400, height: 300, data: new Uint8Array(120000), channels: 1 });
    const html = reportOf([one], {
      images: new Map([[one.key, { ...triple, after: wide }]]),
    });
    // 50 px of 10 nm: of an image of 4 px that is 1250 %; a wide one is shown px by px.
    expect(html).toContain('style="width:1250.00%"');
    expect(html).toContain('style="width:50.0px"');
    expect(html).toContain('−0.50 µm; −0.050, +0.050 a.u.');
  });

  it('keeps within its bytes, the typical trajectory first, then the worst ones', () => {
    const large = { ...triple, before: Buffer.concat([grey, new Uint8Array(800_000)]) };
    const html = reportOf(framed, { images: new Map(framed.map(({ key }) => [key, large])) });
    expect(html.match(/<article class="card"/g)).toHaveLength(4);
    expect(html.match(/farthest from focus/g)).toHaveLength(3);
  });

  it('begins with a pair of a typical trajectory, which leads to its card', () => {
    const html = reportOf(framed, { images });
    const [pair = ''] = /<aside class="pair".*?<\/aside>/s.exec(html) ?? [];
    expect(pair.match(/<img /g)).toHaveLength(2);
    const [, id] = /href="#(frames-[0-9a-f]{16})"/.exec(pair) ?? [];
    expect(html).toContain(`<article class="card" id="${id}"`);
    const first = /class="algorithm">.*?<\/svg>([^<]*)</.exec(html)?.[1] ?? '-';
    expect(pair).toContain(`of the first in rank: ${first},`);
    expect(reportOf(framed)).not.toContain('class="pair"');
  });

  it('says where a file is no image', () => {
    const one = handMadeRecord({ workingDistancesUm: [10, 1] });
    const broken = { ...triple, after: new Uint8Array(3) };
    expect(reportOf([one], { images: new Map([[one.key, broken]]) })).toContain('Not a PNG file.');
  });
});
