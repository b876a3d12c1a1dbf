import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlgorithmEntry } from '../../../harness/algorithm/index.ts';
import { loadSuite, type Registry, type Suite } from '../../../harness/experiment/suite/index.ts';
import { addFocus } from '../../../harness/microscope/index.ts';
import { registry } from '../../lab/index.ts';
import type { ExploreEvent, ExploreRun, ExploreState } from './protocol.ts';
import { VirtualMicroscope } from './VirtualMicroscope.ts';

/** Steps down by 1 um and looks, for as long as it is let. */
const stepper: AlgorithmEntry = {
  name: 'stepper',
  summary: 'for tests',
  create: () => ({
    name: 'stepper',
    version: '1',
    parameters: {},
    async *run({ microscope, frame, signal }) {
      for (let iteration = 1; ; iteration++) {
        const correction = { workingDistanceUm: -1, stigmatorX: 0, stigmatorY: 0 };
        const now = await microscope.readFocus({ signal });
        const focus = await microscope.writeFocus(addFocus(now, correction), { signal });
        await microscope.acquireFrame(frame, { signal });
        yield { iteration, correction, focus, framesUsed: 1, computeMs: 1 };
      }
    },
  }),
};

const run: AlgorithmEntry['create'] = () => ({
  name: 'runaway',
  version: '1',
  parameters: {},
  async *run({ microscope }) {
    const correction = { workingDistanceUm: 61, stigmatorX: 0, stigmatorY: 0 };
    const focus = await microscope.writeFocus(addFocus(await microscope.readFocus(), correction));
    yield { iteration: 1, correction, focus, framesUsed: 0, computeMs: 0 };
  },
});
const algorithms = new Map(
  [stepper, { name: 'runaway', summary: 'for tests', create: run }].map((entry) => [
    entry.name,
    entry,
  ]),
);

let suite: Suite;
beforeAll(async () => {
  const demo = await loadSuite('demo');
  const few = { name: 'stepper', iterations: 3, dwellTimesNs: [200] };
  suite = { ...demo, frame: { width: 64, height: 48 }, algorithms: [few] };
});

/**
 * A microscope, over points where left out, which are quick, and everything that it says.
 *
 * @param msPerLook - How much later it is whenever the microscope looks at the clock.
 */
async function opened({ preset = 'merlin', specimen = 'points', msPerLook = 0 } = {}) {
  let nowMs = 0;
  const events: ExploreEvent[] = [];
  const own: Registry = { ...registry, algorithms };
  const microscope = new VirtualMicroscope({
    registry: own,
    suite,
    specimenPixelSizeNm: 10,
    framesBefore: 0,
    clock: {
      nowMs: () => {
        nowMs += msPerLook;
        return nowMs;
      },
    },
    emit: (event) => events.push(event),
  });
  microscope.setPace(0);
  await microscope.obey({ type: 'choose', preset, specimen, seed: 1 });
  const states = () =>
    events.flatMap((event): ExploreState[] => (event.type === 'state' ? [event.state] : []));
  return {
    microscope,
    events,
    state: () => states().at(-1) as ExploreState,
    run: () =>
      events
        .flatMap((event): ExploreRun[] => (event.type === 'run' && event.run ? [event.run] : []))
        .at(-1) as ExploreRun,
    frames: () => events.flatMap((event) => (event.type === 'frame' ? [event] : [])),
  };
}

/** The file of a merlin that differs, until the tests are over. */
async function presetFile(different: object): Promise<string> {
  folder ??= await mkdtemp(join(tmpdir(), 'semfocus-explore-'));
  const file = join(folder, `${files++}.json`);
  await writeFile(file, JSON.stringify({ extends: 'merlin', name: 'other', ...different }));
  return file;
}
let folder: string | undefined;
let files = 0;
afterAll(() => folder && rm(folder, { recursive: true }));

function correlation(p: readonly number[], q: readonly number[]): number {
  const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [meanP, meanQ] = [meanOf(p), meanOf(q)];
  const covariance = (a: readonly number[], meanA: number, b: readonly number[], meanB: number) =>
    meanOf(a.map((value, i) => (value - meanA) * (b[i]! - meanB)));
  return (
    covariance(p, meanP, q, meanQ) /
    Math.sqrt(covariance(p, meanP, p, meanP) * covariance(q, meanQ, q, meanQ))
  );
}

describe('VirtualMicroscope', () => {
  it('begins out of focus, inside the range of its knobs, with one frame', async () => {
    const { state, frames } = await opened();
    const { truth, knobs, focus, spent, setup } = state();
    expect(Math.abs(truth.residual.workingDistanceUm)).toBeGreaterThan(5);
    expect(truth.isInside).toBe(false);
    expect(focus.workingDistanceUm).toBeGreaterThan(knobs.workingDistanceUm.min);
    expect(focus.workingDistanceUm).toBeLessThan(knobs.workingDistanceUm.max);
    expect(setup).toEqual({ preset: 'merlin', psf: 'gaussian', specimen: 'points', seed: 1 });
    expect(spent.frames).toBe(1);
    expect(frames().map(({ frame, pixels }) => [frame.number, frame.kind, pixels.length])).toEqual([
      [1, 'knobs', 64 * 48],
    ]);
  });

  it('exposes a frame for a turned knob, and counts its dose', async () => {
    const { microscope, state, frames } = await opened();
    const before = state();
    const { bestFocus } = before.truth;
    await microscope.obey({ type: 'turn', ...bestFocus, dwellTimeNs: 400 });
    const { truth, spent, dwellTimeNs } = state();
    expect(truth).toMatchObject({ isInside: true });
    expect(dwellTimeNs).toBe(400);
    expect(spent.doseElectronsPerNm2).toBeCloseTo(3 * before.spent.doseElectronsPerNm2, 6);
    expect(Buffer.compare(frames()[0]?.pixels as Buffer, frames()[1]?.pixels as Buffer)).not.toBe(
      0,
    );
  });

  it('shows the same field with fewer pixels while a knob moves, and charges what they cost', async () => {
    const { microscope, state, frames } = await opened({ specimen: 'tissue' });
    const { bestFocus } = state().truth;
    await microscope.obey({ type: 'turn', ...bestFocus, dwellTimeNs: 6400 });
    const before = state().spent;
    await microscope.obey({ type: 'turn', isMoving: true });
    const between = state().spent;
    await microscope.obey({ type: 'turn' });
    const after = state().spent;
    const [, whole, preview, again] = frames();
    expect([preview?.frame.kind, preview?.frame.width, preview?.frame.height]).toEqual([
      ...['preview', 32, 24],
    ]);
    expect(preview?.frame.caption).toContain('32 × 24 px');
    expect([again?.frame.kind, again?.pixels.length]).toEqual(['knobs', 64 * 48]);
    expect([between.frames, after.frames]).toEqual([before.frames + 1, before.frames + 2]);
    // As many electrons for each of a quarter of the pixels.
    const dose = after.doseElectronsPerNm2 - between.doseElectronsPerNm2;
    expect(between.doseElectronsPerNm2 - before.doseElectronsPerNm2).toBeCloseTo(dose / 4, 6);
    // What is bright and what is dark lies where it lies in the whole frame, and nowhere else.
    const blocks = (pixels: Uint8Array, right: number) =>
      Array.from({ length: 30 * 24 }, (_, i) => {
        const from = 128 * Math.floor(i / 30) + 2 * (i % 30) + right;
        return pixels[from]! + pixels[from + 1]! + pixels[from + 64]! + pixels[from + 65]!;
      });
    const small = Array.from({ length: 30 * 24 }, (_, i) => {
      return preview?.pixels[32 * Math.floor(i / 30) + 1 + (i % 30)] ?? 0;
    });
    const alike = [0, 2, 4].map((right) => correlation(small, blocks(whole!.pixels, right)));
    expect(alike[1]).toBeGreaterThan(0.98);
    expect(Math.max(alike[0]!, alike[2]!)).toBeLessThan(0.95);
  });

  it('makes previews coarser where frames take long', async () => {
    const { microscope, frames } = await opened({ msPerLook: 100 });
    await microscope.obey({ type: 'turn', isMoving: true });
    expect(frames().map(({ frame }) => frame.width)).toEqual([64, 21]);
  });

  it.each([
    [60, 64],
    [40, 32],
  ])(
    'asks an instrument with pixels of %d nm for none that it does not have',
    async (pixelSizeNm, width) => {
      const preset = await presetFile({ scan: { pixelSizeNm } });
      const { microscope, frames, events } = await opened({ preset });
      await microscope.obey({ type: 'turn', isMoving: true });
      expect(frames().at(-1)?.frame).toMatchObject({ kind: 'preview', width });
      expect(events.filter(({ type }) => type === 'problem')).toEqual([]);
    },
  );

  it('speaks the unit of the stigmators, in which all that was meant for others is said anew', async () => {
    const matrixUmPerUnit = [
      [-18.78, 35.32],
      [35.32, 18.78],
    ];
    const optimum = { x: 0.9, y: -0.9 };
    const stigmator = { unit: '1', matrixUmPerUnit, optimum, optimumRange: 0.1, range: [-1, 1] };
    const { state } = await opened({ preset: await presetFile({ stigmator }) });
    expect(state()).toMatchObject({
      knobs: { stigmatorX: { min: -1, max: 1, step: 0.005, unit: '1' } },
      margins: { workingDistanceUm: 1, stigmator: 0.025 },
      guard: { workingDistanceUm: 60, stigmator: 2 },
      truth: { isInside: false },
    });
    // The start is drawn within what there is.
    expect(Math.abs(state().focus.stigmatorX)).toBeLessThanOrEqual(1);
    expect(Math.abs(state().focus.stigmatorY)).toBeLessThanOrEqual(1);
  });

  it('says what is wrong with a knob, and goes on', async () => {
    const { microscope, events, state } = await opened();
    await microscope.obey({ type: 'turn', workingDistanceUm: 1e6 });
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'problem', message: expect.stringContaining('1000000') }),
    );
    expect(events.at(-1)).toEqual({ type: 'done' });
    expect(state().spent.frames).toBe(1);
  });

  it.each([
    ['a dwell time too short', { dwellTimeNs: 1e-9, stigmatorX: 1 }],
    ['a dwell time too long', { dwellTimeNs: 1e300, stigmatorX: 1 }],
    ['a dwell time that is none', { dwellTimeNs: Number.NaN, stigmatorX: 1 }],
    ['a knob beyond its range', { dwellTimeNs: 400, stigmatorX: 1e9 }],
    ['a knob at no number', { dwellTimeNs: 400, stigmatorX: Number.POSITIVE_INFINITY }],
  ])('leaves everything as it was after %s, and obeys what comes next', async (_, wrong) => {
    const { microscope, events, state } = await opened();
    const before = state();
    await microscope.obey({ type: 'turn', ...wrong });
    expect(events.filter(({ type }) => type === 'problem')).toHaveLength(1);
    expect(state()).toEqual(before);
    await microscope.obey({ type: 'turn', stigmatorX: 1 });
    expect(events.filter(({ type }) => type === 'problem')).toHaveLength(1);
    expect(state()).toMatchObject({ focus: { stigmatorX: 1 }, spent: { frames: 2 } });
  });

  it('forgets the dose at a fresh place, and keeps the knobs', async () => {
    const { microscope, state } = await opened();
    const { focus } = state();
    await microscope.obey({ type: 'fresh' });
    expect(state()).toMatchObject({ focus, spent: { frames: 1 } });
  });

  it('runs an algorithm step by step, with the dose of its own frames alone', async () => {
    const { microscope, run: latest, state, frames } = await opened();
    const { focus, spent } = state();
    await microscope.obey({ type: 'run', algorithm: 'stepper' });
    const { steps, ...about } = latest();
    expect(about).toEqual({ algorithm: 'stepper', state: 'ended', iterations: 3 });
    expect(steps.map((step) => [step.iteration, step.frames])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(steps[3]?.doseElectronsPerNm2).toBeCloseTo(3 * spent.doseElectronsPerNm2, 6);
    expect(state().focus.workingDistanceUm).toBeCloseTo(focus.workingDistanceUm - 3, 9);
    expect(frames().map(({ frame }) => frame.kind)).toEqual([
      ...['knobs', 'look', 'algorithm', 'look', 'algorithm', 'look', 'algorithm', 'look'],
    ]);
  });

  it('begins every run where the knobs were left, so that runs can be compared', async () => {
    const { microscope, run: latest, state } = await opened();
    const { focus } = state();
    await microscope.obey({ type: 'run', algorithm: 'stepper' });
    await microscope.obey({ type: 'run', algorithm: 'stepper' });
    expect(latest().steps[0]?.focus).toEqual(focus);
    await microscope.obey({ type: 'back' });
    expect(state().focus).toEqual(focus);
  });

  it('stops a run and puts the start back', async () => {
    const { microscope, events, run: latest, state } = await opened();
    const { focus } = state();
    microscope.setPace(5);
    const running = microscope.obey({ type: 'run', algorithm: 'stepper' });
    while (!events.some((event) => event.type === 'run' && (event.run?.steps.length ?? 0) > 1)) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    microscope.stop();
    await running;
    expect(latest().state).toBe('stopped');
    expect(latest().steps.length).toBeLessThan(4);
    expect(state().focus).toEqual(focus);
  });

  it('guards against an algorithm that runs away', async () => {
    const { microscope, run: latest, state } = await opened();
    const { focus } = state();
    await microscope.obey({ type: 'run', algorithm: 'runaway' });
    expect(latest()).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/must be within 60 .*the knobs are back/),
    });
    expect(state().focus).toEqual(focus);
  });
});
