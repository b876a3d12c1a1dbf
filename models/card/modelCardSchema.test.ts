import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../harness/config/index.ts';
import { linearModel } from '../testing/linearModel.ts';
import { modelCardSchema, outputColumns, outputKind } from './modelCardSchema.ts';

const { card } = linearModel({ kind: 'correction', columns: [] });

describe('modelCardSchema', () => {
  it('takes a card, and lets a trainer say more than it asks for', () => {
    const sha256 = 'ab'.repeat(32);
    const heldOut = {
      onePatchMeanAbsoluteError: { wide: [1, 0.2, 0.2] },
      inFocusScore: [{ doseElectronsPerNm2: 5, score: 0.7 }],
      seeds: [1, 2],
    };
    const parsed = parseConfig(modelCardSchema, { ...card, sha256, heldOut, author: 'me' }, 'card');
    expect(parsed).toMatchObject({
      ...card,
      sha256,
      heldOut: { inFocusScore: heldOut.inFocusScore },
    });
  });

  const { pixelSizeNm: _, ...withoutPixelSize } = card;
  it.each<[string, unknown, string]>([
    ['schema', { ...card, schema: 2 }, 'schema must be 1. Received 2'],
    [
      'name',
      { ...card, name: 'My net' },
      'name: must be lower case letters, digits and hyphens, e.g. "deepfocus-512". Received "My net"',
    ],
    ['sha256', { ...card, sha256: 'abc' }, 'sha256: must be 64 hexadecimal digits. Received "abc"'],
    ['pixelSizeNm', withoutPixelSize, 'pixelSizeNm must be a number above 0 nm. Received nothing'],
    [
      'side',
      { ...card, patchSidePx: 8 },
      'patchSidePx must be a whole number from 16 to 4096 px. Received 8',
    ],
    [
      'scale',
      { ...card, input: { ...card.input, greyScale: 0 } },
      'input.greyScale must be a number above 0. Received 0',
    ],
    [
      'columns',
      { ...card, output: { name: 'estimate', columns: ['zUm'] } },
      'output.columns: must be one of workingDistanceUm, stigmatorX, stigmatorY | workingDistanceUm, stigmatorX, stigmatorY, score | workingDistanceUm, stigmatorX, stigmatorY, part1, ..., part49 | zUm, aUm, bUm, logScaleZ, logScaleA, logScaleB | defocusUm, stigmation. Received ["zUm"]',
    ],
    [
      'perturbation',
      { ...card, perturbationUm: '5' },
      'perturbationUm must be a number above 0 um. Received "5"',
    ],
  ])('refuses in one line, naming the field: %s', (_name, value, message) => {
    expect(() => parseConfig(modelCardSchema, value, 'card.json')).toThrow(`card.json: ${message}`);
  });

  it.each<[string, unknown, RegExp]>([
    [
      'frames',
      { ...card, input: { ...card.input, framesPerPatch: 3 } },
      /^card\.json: input\.framesPerPatch .*Received 3$/,
    ],
    [
      'matrix',
      { ...card, stigmatorMatrixUmPerUnit: [[1, 2]] },
      /^card\.json: stigmatorMatrixUmPerUnit.* Received .*$/,
    ],
    [
      'nothing',
      null,
      /^card\.json: the whole must be an object with the fields schema, name, .*Received null$/,
    ],
  ])('refuses in one line, naming the field: %s', (_name, value, message) => {
    expect(() => parseConfig(modelCardSchema, value, 'card.json')).toThrow(message);
  });
});

describe('outputKind', () => {
  it.each(Object.entries(outputColumns))('knows %s by its columns', (kind, columns) => {
    expect(outputKind({ ...card, output: { name: 'x', columns: [...columns] } })).toBe(kind);
  });

  it('refuses columns in another order', () => {
    const columns = ['stigmatorX', 'workingDistanceUm', 'stigmatorY'];
    expect(() => outputKind({ ...card, output: { name: 'x', columns } })).toThrow(TypeError);
  });
});
