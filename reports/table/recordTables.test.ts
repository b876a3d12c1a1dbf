import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import {
  marginsReachedAt,
  type TrajectoryRecord,
  trajectoryRecordSchema,
} from '../../harness/record/index.ts';
import { handMadeRecord } from '../testing/handMadeRecord.ts';
import { parseCsv } from '../testing/parseCsv.ts';
import { syntheticRecords } from '../testing/syntheticRecords.ts';
import type { FilledColumn, Table } from './Column.ts';
import { csvText } from './csvText.ts';
import { type DictionaryEntry, dataDictionary } from './dataDictionary.ts';
import { dictionaryMetadataKey, parquetBytes } from './parquetBytes.ts';
import { recordTables } from './recordTables.ts';

type Row = Readonly<Record<string, unknown>>;

/** Everything that a record may have and the made-up ones lack. */
const complete = withEverything(
  handMadeRecord({
    specimen: 'my "best", tissue',
    outcome: 'failed',
    message: 'AlgorithmError: a text\nof two lines',
    workingDistancesUm: [10, 1 / 3, 10],
    pairBoundSd: { workingDistanceUm: 0.1 + 0.2, stigmatorX: 1e-7, stigmatorY: 5e-324 },
  }),
);
const records = [complete, ...syntheticRecords({ trajectories: 9 })];
const tables = recordTables(records, new Map());

describe.each([
  ['CSV', fromCsv],
  ['Parquet', fromParquet],
])('the tables as %s', (_, readBack) => {
  it('have a row per run with what the record says of it, to the last digit', async () => {
    const rows = await readBack(tables[0]);
    expect(rows).toHaveLength(records.length);
    for (const [i, record] of records.entries()) expect(rows[i]).toMatchObject(runOf(record));
  });

  it('have a row per iteration with what the record says of it, to the last digit', async () => {
    const rows = await readBack(tables[1]);
    const expected = records.flatMap((record) => record.iterations.map((row) => ({ record, row })));
    expect(rows).toHaveLength(expected.length);
    for (const [i, { record, row }] of expected.entries()) {
      const { key, scenario } = record;
      expect(rows[i]).toMatchObject({
        key,
        algorithm: scenario.algorithm.name,
        trajectory: scenario.trajectory,
        iteration: row.iteration,
        ...row.focus,
        residualWorkingDistanceUm: row.residual.workingDistanceUm,
        residualStigmatorX: row.residual.stigmatorX,
        residualStigmatorY: row.residual.stigmatorY,
        insideMargins: row.insideMargins,
        correctionWorkingDistanceUm: row.correction?.workingDistanceUm,
        correctionStigmatorY: row.correction?.stigmatorY,
        correctionSdStigmatorX: row.correctionSd?.stigmatorX,
        declined: row.declined,
        stopped: row.stopped,
        framesTotal: row.framesTotal,
        pixelsTotal: row.pixelsTotal,
        doseElectronsPerNm2Total: row.doseElectronsPerNm2Total,
        beamOnTotalS: row.beamOnTotalS,
        settleTotalS: row.settleTotalS,
        microscopeTotalS: row.microscopeTotalS,
        computeMs: row.computeMs,
        diagnostics: row.diagnostics && JSON.stringify(row.diagnostics),
      });
    }
  });

  it('have the columns of the dictionary, all of them and no others', async () => {
    for (const table of tables) {
      const [row = {}] = await readBack(table);
      const entries = dataDictionary.filter((entry) => entry.table === table.name);
      expect(Object.keys(row)).toEqual(entries.map(({ column }) => column));
    }
  });

  it('have every column filled by a record that has everything', async () => {
    const isEmptyHere = new Set(['seedBank', 'iterationsToMargins', 'framesToMargins']);
    for (const name of ['doseToMarginsElectronsPerNm2', 'microscopeToMarginsS']) {
      isEmptyHere.add(name);
    }
    for (const table of tables) {
      const rows = await readBack(table);
      const filled = (name: string) => rows.some((row) => row[name] !== undefined);
      const own = table.name === 'runs' ? rows.slice(0, 1) : rows.slice(0, 3);
      for (const { name } of table.columns) {
        expect.soft(filled(name) || isEmptyHere.has(name), name).toBe(true);
        const isFilled = own.some((row) => row[name] !== undefined);
        expect.soft(isFilled, name).toBe(!isEmptyHere.has(name));
      }
    }
  });

  it('of no records are heads alone', async () => {
    for (const table of recordTables([], new Map())) expect(await readBack(table)).toEqual([]);
  });

  it('hold no secret seed, nor what was made of it', async () => {
    const secret = 271828182845;
    const held = handMadeRecord({ seed: secret, workingDistancesUm: [10, 1] });
    const specimen = { name: 'tissue', seed: 987654321 };
    const record = { ...held, scenario: { ...held.scenario, specimen } };
    const names = new Map([[secret, 'seed bank 0123456789ab']]);
    const [runs, iterations] = recordTables([record], names);
    const [row = {}] = await readBack(runs);
    expect(row.seedBank).toBe('seed bank 0123456789ab');
    expect([row.seed, row.specimenSeed]).toEqual([undefined, undefined]);
    const text = JSON.stringify([row, await readBack(iterations)], (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(text).not.toMatch(/271828182845|987654321/);
  });
});

describe('numbers that are hard to write', () => {
  const numbers = [0.1 + 0.2, 1 / 3, -0, 5e-324, 1.7976931348623157e308, -1e-7, undefined];
  const wholes = [0, 1, 2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 31, undefined, 7];
  const texts = ['', ' a ', 'a,b', '"', 'two\nlines', undefined, 'µm ≤ 5 🔬'];
  const flags = [true, false, undefined, true, false, true, false];
  const column = (name: string, type: FilledColumn['type'], cells: FilledColumn['cells']) => ({
    name,
    type,
    cells,
    meaning: '',
    unit: '',
  });
  const table: Table = {
    name: 'runs',
    rows: 7,
    columns: [
      column('number', 'number', numbers),
      column('whole', 'whole', wholes),
      column('text', 'text', texts),
      column('flag', 'flag', flags),
    ],
  };
  const expected = numbers.map((number, i) => ({
    number,
    whole: wholes[i],
    text: texts[i],
    flag: flags[i],
  }));

  it.each([
    ['CSV', fromCsv],
    ['Parquet', fromParquet],
  ])('come back from %s as they were', async (_, readBack) => {
    expect(await readBack(table)).toEqual(expected);
  });
});

describe('the data dictionary', () => {
  it('names no column twice, and says what each one is', () => {
    const names = dataDictionary.map(({ table, column }) => `${table}.${column}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { meaning } of dataDictionary) expect(meaning).toMatch(/^.{8,}\.$/);
  });

  it('has the unit of a column in its name', () => {
    const endings: Record<string, RegExp> = {
      um: /Um$/,
      nm: /Nm$/,
      ns: /Ns$/,
      ms: /Ms$/,
      s: /S$/,
      px: /Px$|^pixelsTotal$/,
      'e/nm2': /ElectronsPerNm2/,
      electrons: /^electronsTotal$/,
      'a.u.': /[sS]tigmator[XY]?$/,
    };
    for (const { column, unit, type } of dataDictionary) {
      if (unit !== '') expect.soft(column).toMatch(endings[unit] ?? /no such unit/);
      else if (type === 'number') expect.soft(column).toBe('loadAverage');
      else expect.soft(column).not.toMatch(/Um$|Nm$|Ns$|Ms$|Px$/);
    }
  });

  it('travels inside a Parquet file', () => {
    for (const table of tables) {
      const bytes = parquetBytes(table, dataDictionary);
      const { key_value_metadata: metadata = [] } = parquetMetadata(bytes.slice().buffer);
      const text = metadata.find(({ key }) => key === dictionaryMetadataKey)?.value ?? '';
      const entries: DictionaryEntry[] = JSON.parse(text);
      expect(entries.map(({ column }) => column)).toEqual(table.columns.map(({ name }) => name));
      expect(new Set(entries.map((entry) => entry.table))).toEqual(new Set([table.name]));
    }
  });
});

/** What the record itself says, put down here once more. */
function runOf(record: TrajectoryRecord): Row {
  const { key, scenario, outcome, failureClass, message, iterations, pairBoundSd, timing } = record;
  const last = iterations.at(-1);
  const reached = marginsReachedAt(record);
  return {
    key,
    suite: scenario.suite,
    algorithm: scenario.algorithm.name,
    parameters: JSON.stringify(scenario.algorithm.parameters),
    modelSha256: scenario.algorithm.modelSha256,
    preset: scenario.preset,
    psf: scenario.psf,
    specimen: scenario.specimen.name,
    specimenSeed: scenario.specimen.seed,
    seed: scenario.seed,
    seedBank: undefined,
    trajectory: scenario.trajectory,
    stratum: scenario.stratum,
    dwellTimeNs: scenario.frame.dwellTimeNs,
    outcome,
    failureClass,
    message,
    initialWorkingDistanceUm: iterations[0]?.residual.workingDistanceUm,
    initialStigmatorX: iterations[0]?.residual.stigmatorX,
    finalWorkingDistanceUm: last?.residual.workingDistanceUm,
    finalStigmatorY: last?.residual.stigmatorY,
    insideMargins: last?.insideMargins,
    iterations: last?.iteration,
    framesTotal: last?.framesTotal,
    pixelsTotal: last?.pixelsTotal,
    doseElectronsPerNm2Total: last?.doseElectronsPerNm2Total,
    microscopeTotalS: last?.microscopeTotalS,
    marginsReached: reached !== undefined,
    iterationsToMargins: reached?.iteration,
    framesToMargins: reached?.framesTotal,
    doseToMarginsElectronsPerNm2: reached?.doseElectronsPerNm2Total,
    boundSdWorkingDistanceUm: pairBoundSd?.workingDistanceUm,
    boundSdStigmatorY: pairBoundSd?.stigmatorY,
    startedAt: timing.startedAt,
    wallS: timing.wallS,
    workers: timing.workers,
    reference: record.reference && 'method',
    referenceSdStigmatorX: record.reference?.sd.stigmatorX,
    referenceDriftWorkingDistanceUm: record.reference && 0.75,
  };
}

function withEverything(record: TrajectoryRecord): TrajectoryRecord {
  const { scenario, iterations } = record;
  const sha256 = 'cd'.repeat(32);
  const some = { workingDistanceUm: -1.25, stigmatorX: 0.5, stigmatorY: 1 / 7 };
  return trajectoryRecordSchema.parse({
    ...record,
    scenario: {
      ...scenario,
      stratum: 'far',
      instrument: {
        hasStage: true,
        reference: { algorithm: { ...scenario.algorithm, name: 'method' }, dwellTimeNs: 200 },
      },
      specimen: { ...scenario.specimen, file: { path: 'a.png', sha256, pixelSizeNm: 10 } },
      calibration: {
        ...scenario.calibration,
        stigmatorMatrixUmPerUnit: [
          [7.2, 0.3],
          [-0.2, 7.1],
        ],
      },
      calibrationSource: 'measured',
      algorithm: { ...scenario.algorithm, modelSha256: sha256, sourceSha256: sha256 },
    },
    reference: {
      before: some,
      after: { ...some, workingDistanceUm: -0.5 },
      sd: { workingDistanceUm: 0.375, stigmatorX: 1 / 3, stigmatorY: 0.25 },
      frames: 11,
      doseElectronsPerNm2: 204.75,
    },
    iterations: iterations.map((row, i) => ({
      ...row,
      correction: some,
      correctionSd: some,
      ...(i === 2 && { declined: 'nothing to see', stopped: 'a limit' }),
      diagnostics: { score: 0.25, effect: 'kept "all", so to say' },
    })),
    timing: { ...record.timing, workers: 2, mode: 'serial', loadAverage: 0.5 },
  });
}

function fromCsv({ columns }: Table): Row[] {
  const [head = [], ...rows] = parseCsv(csvText(columns));
  expect(head).toEqual(columns.map(({ name }) => name));
  const read: Record<FilledColumn['type'], (text: string) => unknown> = {
    text: String,
    json: String,
    whole: Number,
    number: Number,
    flag: (text) => ({ true: true, false: false })[text],
  };
  return rows.map((cells) => {
    expect(cells).toHaveLength(columns.length);
    return Object.fromEntries(
      columns.map(({ name, type }, i) => {
        const cell = cells[i];
        return [name, cell === undefined ? undefined : read[type](cell)];
      }),
    );
  });
}

async function fromParquet(table: Table): Promise<Row[]> {
  const bytes = parquetBytes(table, dataDictionary);
  const rows = await parquetReadObjects({ file: bytes.slice().buffer });
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value === null ? undefined : typeof value === 'bigint' ? Number(value) : value,
      ]),
    ),
  );
}
