import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeviceError, Timeout } from '../../harness/microscope/index.ts';
import { ScriptedMicroscope } from '../../harness/microscope/testing/ScriptedMicroscope.ts';
import { logFileOf, openInstrument, withInstrument } from './openInstrument.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterAll(() => rm(folder, { recursive: true }));

const terminal = {
  out: () => {},
  err: () => {},
  width: undefined,
  outColour: false,
  errIsTerminal: false,
  errWidth: undefined,
  show: async () => {},
};

/** An instrument that says that it is no simulation. */
class Hardware extends ScriptedMicroscope {
  override async describe() {
    return { ...(await super.describe()), isSimulated: false };
  }
}
const by = (microscope: ScriptedMicroscope) => ({
  sem: async () => ({ microscope, pixelSizeNm: 10, dwellTimeNs: 200 }),
});
const flags = { microscope: 'sem:1', specimen: 'tissue', specimenPixelSize: 10, seed: 1 };

describe('openInstrument', () => {
  it('opens hardware that is armed, and keeps its calls', async () => {
    const hardware = new Hardware();
    const log = join(folder, 'calls.jsonl');
    const armed = { ...flags, arm: true, log };
    const instrument = await openInstrument(armed, 1, terminal, by(hardware));
    instrument.onCall({ call: 'readFocus', result: 1 });
    await instrument.close();
    expect(JSON.parse(await readFile(log, 'utf8'))).toMatchObject({ call: 'readFocus', result: 1 });
    expect(hardware.calls.map(({ name }) => name)).toEqual(['close']);
  });

  it('refuses hardware that is not, and closes it where the log cannot be written', async () => {
    const unarmed = openInstrument({ ...flags, log: 'none' }, 1, terminal, by(new Hardware()));
    await expect(unarmed).rejects.toThrow('--arm must be given for hardware');
    const hardware = new Hardware();
    const nowhere = { ...flags, arm: true, log: join(folder, 'none', 'calls.jsonl') };
    await expect(openInstrument(nowhere, 1, terminal, by(hardware))).rejects.toThrow('--log');
    expect(hardware.calls.map(({ name }) => name)).toEqual(['close']);
  });
});

describe('withInstrument', () => {
  const endedBy = (error: unknown, instrument: ScriptedMicroscope) =>
    withInstrument(
      { ...flags, log: 'none' },
      1,
      terminal,
      async () => {
        throw error;
      },
      by(instrument),
    );

  it('says what to do where the start is not back', async () => {
    const instrument = new ScriptedMicroscope();
    const both = [new Timeout('no answer'), new DeviceError('stuck', { code: '9' })];
    await expect(
      endedBy(new AggregateError(both, 'no way back'), instrument),
    ).rejects.toMatchObject({
      tag: 'DeviceError',
      message: 'no way back',
      hint: expect.stringContaining('by hand'),
    });
    expect(instrument.calls.map(({ name }) => name)).toEqual(['close']);
  });

  it('lets a defect through', async () => {
    const defect = new TypeError('no such property');
    await expect(endedBy(defect, new ScriptedMicroscope())).rejects.toBe(defect);
  });
});

const now = new Date('2024-02-29T12:00:00.500Z');

describe('logFileOf', () => {
  it.each([
    [undefined, false, 'semfocus-20240229T120000Z.jsonl'],
    [undefined, true, undefined],
    ['calls.jsonl', false, 'calls.jsonl'],
    ['calls.jsonl', true, 'calls.jsonl'],
    ['none', false, undefined],
    ['none', true, undefined],
  ])('--log %s, simulated %s: %s', (flag, isSimulated, file) => {
    expect(logFileOf(flag, { isSimulated }, now)).toBe(file);
  });
});
