import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AutofocusAlgorithm } from '../../harness/algorithm/index.ts';
import { openSession } from '../../harness/focusing/index.ts';
import { addFocus, type FocusState, subtractFocus } from '../../harness/microscope/index.ts';
import {
  createSimulatedMicroscope,
  createSpecimen,
  presetCalibration,
  presetNamed,
} from '../../sim/index.ts';
import { type AcquisitionOptions, acquirePairs, nearPairs } from './acquirePairs.ts';
import { PairsFolder } from './PairsFolder.ts';
import type { PairSettings, PairsManifest } from './pairsSchema.ts';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterEach(() => rm(out, { recursive: true }));

const preset = presetNamed('ultraplus');
const settings: PairSettings = {
  instrument: 'sim:ultraplus',
  ...{ width: 64, height: 48, pixelSizeNm: 10, dwellTimesNs: [100, 200], perturbationUm: 5 },
  ...{ locations: 2, heldOut: 2, pairs: 2, pitchUm: 20, seed: 3 },
  ...{ rangeWorkingDistanceUm: 20, rangeStigmator: 5 },
};
const limits = { workingDistanceUm: 60, stigmator: 20 };

interface Acquired {
  readonly isDone: boolean | unknown;
  readonly manifest: PairsManifest | undefined;
  readonly truth: FocusState;
  readonly end: FocusState;
  readonly start: FocusState;
  readonly searched: number;
  readonly notes: string[];
}

/** Acquires with a search that knows where focus is; `stopAfter` pairs Ctrl-C comes. */
async function acquire(
  changes: Partial<AcquisitionOptions> = {},
  {
    stopAfter = Number.POSITIVE_INFINITY,
    decline = () => false as boolean,
  }: { stopAfter?: number; decline?: (searched: number) => boolean } = {},
): Promise<Acquired> {
  const { microscope, truth } = createSimulatedMicroscope({
    preset,
    specimen: createSpecimen('tissue', 1),
    ...{ seed: 1, run: 0, stage: { xUm: 0, yUm: 0 } },
  });
  const start = addFocus(truth.bestFocus(), {
    ...{ workingDistanceUm: 3, stigmatorX: 0.5, stigmatorY: -0.5 },
  });
  await microscope.writeFocus(start);
  const controller = new AbortController();
  const session = await openSession(microscope, { limits, ...changes.rules });
  let searched = 0;
  const search: AutofocusAlgorithm = {
    ...{ name: 'knowing', version: '1', parameters: {} },
    async *run(context) {
      searched++;
      const frame = await context.microscope.acquireFrame(context.frame);
      const correction = subtractFocus(truth.bestFocus(), frame.actual.focus);
      const focus = await context.microscope.writeFocus(truth.bestFocus());
      const step = { iteration: 1, correction, focus, framesUsed: 1, computeMs: 250 };
      yield decline(searched) ? { ...step, declined: 'nothing to see' } : step;
    },
  };
  const folder = await PairsFolder.open(out, () => {});
  const notes: string[] = [];
  let pairs = 0;
  let isDone: boolean | unknown;
  try {
    isDone = await acquirePairs(session, folder, {
      ...{ settings, calibration: presetCalibration(preset), rules: { limits } },
      ...{ search, signal: controller.signal, isOver: () => false },
      progress: {
        begin: (total, kept) => void notes.push(`${kept} of ${total}`),
        pair: () => {
          if (++pairs === stopAfter) controller.abort(new Error('Ctrl-C'));
        },
        note: () => {},
      },
      ...changes,
    });
    await session.restore();
  } catch (error) {
    isDone = error;
    await session.restore({ after: error });
  } finally {
    await folder.close();
  }
  const end = await microscope.readFocus();
  return {
    isDone,
    manifest: folder.manifest,
    truth: truth.bestFocus(),
    start,
    end,
    searched,
    notes,
  };
}

describe('acquirePairs', () => {
  it('keeps pairs at aberrations about the focus found, and puts the start back', async () => {
    const { isDone, manifest, start, end, searched, notes, truth } = await acquire();
    expect(isDone).toBe(true);
    expect(searched).toBe(4);
    expect(notes).toEqual([`0 of ${8 + nearPairs}`]);
    expect(end).toEqual(start);
    const { pairs = [], places = [] } = manifest ?? {};
    expect(pairs).toHaveLength(8 + nearPairs);
    const files = await readdir(join(out, 'frames'));
    expect(files.sort()).toEqual(
      pairs
        .flatMap(({ under, over }) => [over, under])
        .map((file) => file.slice(7))
        .sort(),
    );
    for (const { correction, dwellTimeNs, reach } of pairs) {
      const [wd, stig] = reach === 'wide' ? [20, 5] : [2, 0.5];
      expect(Math.abs(correction.workingDistanceUm)).toBeLessThanOrEqual(wd + 1e-9);
      expect(Math.abs(correction.stigmatorX)).toBeLessThanOrEqual(stig + 1e-9);
      expect([100, 200]).toContain(dwellTimeNs);
    }
    expect(new Set(pairs.map(({ dwellTimeNs }) => dwellTimeNs)).size).toBe(2);
    // Ranges that are used: some of the draws are far off.
    expect(
      Math.max(...pairs.map((one) => Math.abs(one.correction.workingDistanceUm))),
    ).toBeGreaterThan(5);
    expect(new Set(places.map(({ stage }) => JSON.stringify(stage))).size).toBe(4);
    expect(places.map(({ frames }) => frames)).toEqual([5, 5, 5, 5 + 2 * nearPairs]);
    expect(places[0]!.focus!.workingDistanceUm).toBeCloseTo(truth.workingDistanceUm, 6);
    expect(places.every(({ computeS }) => computeS === 0.25)).toBe(true);
    expect(places.every(({ doseElectronsPerNm2 }) => doseElectronsPerNm2 > 15)).toBe(true);
  });

  it('goes on after an interruption with what is there, and focuses a place that was left half way anew', async () => {
    const first = await acquire({}, { stopAfter: 3 });
    expect(String(first.isDone)).toContain('Ctrl-C');
    expect(first.end).toEqual(first.start);
    expect(first.manifest?.pairs).toHaveLength(3);
    const second = await acquire();
    expect(second.isDone).toBe(true);
    expect(second.notes).toEqual([`3 of ${8 + nearPairs}`]);
    expect(second.searched).toBe(3);
    expect(second.manifest?.pairs.slice(0, 3)).toEqual(first.manifest?.pairs);
    // The same pairs as without an interruption, as far as they are drawn.
    await rm(out, { recursive: true });
    const whole = await acquire();
    const drawn = ({ manifest }: Acquired) =>
      manifest?.pairs.map(({ location, pair, correction, dwellTimeNs }) => [
        ...[location, pair, dwellTimeNs, correction.workingDistanceUm.toFixed(6)],
      ]);
    expect(drawn(second)).toEqual(drawn(whole));
    // What was spent on the place is the sum of both.
    expect(second.manifest!.places.find(({ location }) => location === 1)!.frames).toBe(6);
  });

  it('stops where its time is over, and goes on from there', async () => {
    let pairs = 0;
    const first = await acquire({ isOver: () => ++pairs > 4 });
    expect(first.isDone).toBe(false);
    expect(first.end).toEqual(first.start);
    const kept = first.manifest!.pairs.length;
    expect(kept).toBeGreaterThan(0);
    const second = await acquire();
    expect(second.isDone).toBe(true);
    expect(second.notes).toEqual([`${kept} of ${8 + nearPairs}`]);
  });

  it('takes another place where no focus is found, and gives up where there are too few', async () => {
    const once = await acquire({}, { decline: (searched) => searched === 2 });
    expect(once.isDone).toBe(true);
    expect(once.searched).toBe(5);
    expect(once.manifest?.places.map(({ failure }) => failure)).toEqual([
      ...[null, 'nothing to see', null, null, null],
    ]);
    await rm(out, { recursive: true });
    const never = await acquire({}, { decline: () => true });
    expect(String(never.isDone)).toContain(
      'focus must be found at 4 of 5 places. It was found at 0; the last time: nothing to see',
    );
    expect(never.end).toEqual(never.start);
  });

  it('draws from smaller ranges where the limits leave less, and refuses those that leave too little', async () => {
    const rules = { limits: { workingDistanceUm: 15, stigmator: 3 } };
    const { manifest } = await acquire({ rules });
    const largest = (of: (one: PairsManifest['pairs'][number]['correction']) => number) =>
      Math.max(...manifest!.pairs.map(({ correction }) => Math.abs(of(correction))));
    expect(largest(({ workingDistanceUm }) => workingDistanceUm)).toBeLessThanOrEqual(10);
    expect(largest(({ stigmatorY }) => stigmatorY)).toBeLessThanOrEqual(3);
    const narrow = { limits: { workingDistanceUm: 9, stigmator: 20 } };
    expect(String((await acquire({ rules: narrow })).isDone)).toContain(
      'must leave 5 um on either side of focus for aberrations, and 5 um for the perturbation. They leave 9.0 um',
    );
    const stiff = { limits, stepLimits: { workingDistanceUm: 60, stigmator: 1 } };
    expect(String((await acquire({ rules: stiff })).isDone)).toContain(
      'must leave 1 stigmator unit on either side of focus for aberrations. They leave 0.5',
    );
  });

  it('refuses a dose limit that a place needs more than, and a grid beyond the stage, before it exposes', async () => {
    const rules = { limits, doseBudgetElectronsPerNm2: 100 };
    const poor = await acquire({ rules });
    expect(String(poor.isDone)).toMatch(
      /--dose-limit must be at least \d+ e\/nm2: 60 frames of a search and 7 pairs/,
    );
    const far = await acquire({ settings: { ...settings, pitchUm: 1e6 } });
    expect(String(far.isDone)).toMatch(/stageXUm/);
    expect([poor.searched, far.searched]).toEqual([0, 0]);
    // What was refused binds nothing.
    expect((await acquire()).isDone).toBe(true);
  });

  it('refuses other settings than those of the pairs that are there, and a damaged manifest', async () => {
    await acquire({}, { stopAfter: 1 });
    const other = await acquire({ settings: { ...settings, pairs: 3 } });
    expect(String(other.isDone)).toContain(
      `--pairs must be 2, as for the pairs in ${out}. Received 3`,
    );
    const file = join(out, 'pairs.json');
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, -20));
    await expect(PairsFolder.open(out, () => {})).rejects.toThrow(
      /cannot go on from .*pairs\.json/,
    );
    // The folder is free again.
    await writeFile(file, '{}');
    await expect(PairsFolder.open(out, () => {})).rejects.toThrow(/schema must be 1/);
  });

  it('lets one process at a time have the folder', async () => {
    const folder = await PairsFolder.open(out, () => {});
    await expect(PairsFolder.open(out, () => {})).rejects.toThrow();
    await folder.close();
    await (await PairsFolder.open(out, () => {})).close();
  });
});
