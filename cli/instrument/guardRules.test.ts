import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardRules, guardText } from './guardRules.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  file = join(folder, 'limits.json');
  const limits = {
    schema: 1,
    fromStart: { workingDistanceUm: 30 },
    step: { workingDistanceUm: 12 },
    doseElectronsPerNm2: 300,
  };
  await writeFile(file, JSON.stringify(limits));
});
afterAll(() => rm(folder, { recursive: true }));

const usual = { workingDistanceUm: 60, stigmator: 20 };

describe('guardRules', () => {
  it('are those of the command where nothing else is given', async () => {
    expect(await guardRules({}, { usual })).toEqual({ limits: usual });
  });

  it('are those of the file, and what it leaves out is of the command', async () => {
    const rules = await guardRules({ limits: file }, { usual });
    expect(rules).toEqual({
      limits: { workingDistanceUm: 30, stigmator: 20 },
      stepLimits: { workingDistanceUm: 12, stigmator: 40 },
      doseBudgetElectronsPerNm2: 300,
    });
    expect(guardText(rules, '%')).toBe(
      'guard: within 30 µm and 20 % of the start, steps of at most 12 µm and 40 %, at most 300 e/nm²',
    );
  });

  it('are those of the example', async () => {
    const example = join(import.meta.dirname, '../../examples/limits.json');
    expect(await guardRules({ limits: example }, { usual })).toEqual({
      limits: { workingDistanceUm: 30, stigmator: 5 },
      stepLimits: { workingDistanceUm: 25, stigmator: 5 },
      doseBudgetElectronsPerNm2: 2000,
    });
  });

  it('are those of the options before those of the file', async () => {
    const flags = { limits: file, limitWd: 45, limitStig: 3, stepLimitStig: 1, doseLimit: 80 };
    expect(await guardRules(flags, { usual })).toEqual({
      limits: { workingDistanceUm: 45, stigmator: 3 },
      stepLimits: { workingDistanceUm: 12, stigmator: 1 },
      doseBudgetElectronsPerNm2: 80,
    });
  });

  it('are no wider than the command needs, and no wider than the file allows', async () => {
    const of = async (workingDistanceUm: number) =>
      (await guardRules({ limits: file }, { needed: { workingDistanceUm, stigmator: 1 } })).limits;
    expect(await of(10)).toEqual({ workingDistanceUm: 10, stigmator: 1 });
    expect(await of(50)).toEqual({ workingDistanceUm: 30, stigmator: 1 });
  });

  it('refuses a file that does not fit', async () => {
    const wrong = join(folder, 'wrong.json');
    const refusal = async (content: object) => {
      await writeFile(wrong, JSON.stringify(content));
      const { message } = await guardRules({ limits: wrong }, { usual }).then(
        () => ({ message: 'accepted' }),
        (error: Error) => error,
      );
      return message.replace(folder, 'DIR');
    };
    expect([
      await refusal({ fromStart: {} }),
      await refusal({ schema: 1, fromStart: { workingDistanceUm: 0 } }),
      await refusal({ schema: 1, workingDistanceUm: 30 }),
      await refusal({ schema: 1, doseElectronsPerNm2: '300' }),
    ]).toMatchInlineSnapshot(`
      [
        "DIR/wrong.json: schema must be 1. Received nothing",
        "DIR/wrong.json: fromStart.workingDistanceUm must be a number above 0 um. Received 0",
        "DIR/wrong.json: field must be schema, fromStart, step or doseElectronsPerNm2. Received "workingDistanceUm"",
        "DIR/wrong.json: doseElectronsPerNm2 must be a number above 0 electrons/nm^2. Received "300"",
      ]
    `);
  });
});
