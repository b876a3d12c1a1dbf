import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { greyPixels } from '../../../harness/numeric/index.ts';
import { physicsVersion } from '../../createSimulatedMicroscope.ts';
import { type GoldenRecord, goldenRecordOf, goldenVerdict } from './GoldenRecord.ts';
import { goldenCases } from './goldenCases.ts';
import { renderGoldenFrame } from './renderGoldenFrame.ts';

const folder = new URL('.', import.meta.url);

describe('golden frames', () => {
  it.each(goldenCases)('$name has not changed', async (golden) => {
    const file = new URL(`${golden.name}.json`, folder);
    expect(existsSync(file), 'record it with npm run make:frames').toBe(true);
    const known = JSON.parse(readFileSync(file, 'utf8')) as GoldenRecord;
    const found = goldenRecordOf(await renderGoldenFrame(golden), physicsVersion);
    expect(goldenVerdict(known, found)).toBeUndefined();
  });

  it('has no record without a case', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    expect(files.toSorted()).toEqual(goldenCases.map(({ name }) => `${name}.json`).toSorted());
  });
});

describe('verdict on a golden frame', () => {
  const ramp = (change: (grey: number, i: number) => number) =>
    goldenRecordOf(
      greyPixels(
        Uint8Array.from({ length: 4800 }, (_, i) => change(60 + (i % 80), i)),
        80,
        60,
      ),
      '7',
    );
  const known = ramp((grey) => grey);

  it('is silent while every byte is the same', () => {
    expect(
      goldenVerdict(
        known,
        ramp((grey) => grey),
      ),
    ).toBeUndefined();
  });

  it('asks for a new physics version if pixels changed and statistics agree', () => {
    const found = ramp((grey, i) => (i === 777 ? grey + 1 : grey));
    expect(goldenVerdict(known, found)).toMatchInlineSnapshot(
      `"pixels changed, statistics agree: raise physicsVersion in sim/createSimulatedMicroscope.ts, then record again with npm run make:frames"`,
    );
  });

  it('names the first number that deviates', () => {
    expect([
      goldenVerdict(
        known,
        ramp((grey) => grey + 1),
      ),
      goldenVerdict(
        known,
        ramp((grey) => 99 + Math.round((grey - 99) * 1.1)),
      ),
      goldenVerdict(
        known,
        ramp((grey, i) => grey + (i % 2)),
      ),
      goldenVerdict(
        known,
        ramp((grey, i) => (i % 80 < 5 ? grey - 10 : i % 80 === 40 ? grey + 50 : grey)),
      ),
    ]).toMatchInlineSnapshot(`
      [
        "the statistics changed: mean was 99.5, is 100.5, may differ by 0.30",
        "the statistics changed: sd was 23.0922, is 25.4331, may differ by 0.46",
        "the statistics changed: mean was 99.5, is 100, may differ by 0.30",
        "the statistics changed: sd was 23.0922, is 24.8646, may differ by 0.46",
      ]
    `);
  });

  it('asks for new records once the physics version was raised', () => {
    expect(goldenVerdict(known, { ...known, physicsVersion: '8' })).toMatchInlineSnapshot(
      `"recorded at physics version 7, which is now 8: record again with npm run make:frames"`,
    );
  });
});
