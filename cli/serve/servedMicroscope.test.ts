import { describe, expect, it, onTestFinished } from 'vitest';
import { openHttpMicroscope } from '../../harness/drivers/http/index.ts';
import { openSession } from '../../harness/focusing/index.ts';
import {
  addFocus,
  type CallOptions,
  DeviceError,
  Disconnected,
  type Frame,
  isSemfocusError,
  type Microscope,
  Timeout,
} from '../../harness/microscope/index.ts';
import { ScriptedMicroscope } from '../../harness/microscope/testing/ScriptedMicroscope.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import { openMicroscope } from '../lab/index.ts';
import { cuttingProxy } from './testing/cuttingProxy.ts';
import { serveForTest } from './testing/serveForTest.ts';

const frame = { width: 96, height: 64, pixelSizeNm: 10.03, dwellTimeNs: 200 };
const simulation = { specimen: 'tissue', specimenPixelSize: 10, seed: 3, startUm: 5 };

async function serve(microscope: Microscope, options = {}) {
  const { server, ...rest } = await serveForTest(microscope, options);
  onTestFinished(() => server.close());
  return { server, ...rest };
}

/** A microscope behind a server and the client of it. */
async function overHttp(microscope: Microscope, options = {}) {
  const { url, ...rest } = await serve(microscope, options);
  const client = await openHttpMicroscope(url);
  onTestFinished(() => client.close());
  return { client, url, ...rest };
}

/** Holds the first call of that name back until it is released. */
function heldBack(microscope: ScriptedMicroscope, name: string) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const begun = new Promise<void>((resolve) => {
    microscope.before = async (called) => {
      if (called !== name) return;
      resolve();
      await released;
    };
  });
  return { begun, release };
}

/** Asks as a program would that is not ours. */
async function post(url: string, path: string, body: object = {}, headers = {}) {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: JSON.parse(await response.text()) };
}

/** What the latest call was handed. */
function signalOf({ calls }: ScriptedMicroscope): AbortSignal {
  const { signal } = (calls.at(-1)?.options ?? {}) as CallOptions;
  if (signal === undefined) throw new Error('no signal');
  return signal;
}

const blanked = ({ calls }: ScriptedMicroscope) =>
  calls.filter(({ name, argument }) => name === 'blankBeam' && argument === true).length;

describe('a served microscope', () => {
  it('gives the same frames, states and descriptions as the one in this process', async () => {
    const here = (await openMicroscope('sim:merlin-real', simulation)).microscope;
    const there = (await openMicroscope('sim:merlin-real', simulation)).microscope;
    const { client } = await overHttp(there);
    const told = await client.describe();
    expect({ ...told, isSimulated: true }).toEqual(await here.describe());
    const plain = ({ pixels, ...rest }: Frame) => ({
      ...rest,
      shape: pixels.shape,
      values: [...pixels.data],
    });
    const both = async <T>(act: (microscope: Microscope) => Promise<T>) =>
      Promise.all([act(client), act(here)]);
    const start = await here.readFocus();
    const targets = [
      { workingDistanceUm: start.workingDistanceUm + 1.25 },
      addFocus(start, { workingDistanceUm: -3, stigmatorX: 0.5, stigmatorY: -0.25 }),
      { stigmatorY: 1 / 3 },
    ];
    for (const target of targets) {
      const [set, setHere] = await both((microscope) => microscope.writeFocus(target));
      expect(set.workingDistanceUm).toBeCloseTo(setHere.workingDistanceUm, 9);
      expect(set).toEqual({ ...setHere, workingDistanceUm: set.workingDistanceUm });
      const region = { x: 7, y: 5, width: 61, height: 50 };
      for (const request of [frame, { ...frame, width: 100, region }]) {
        const [exposed, exposedHere] = await both((microscope) => microscope.acquireFrame(request));
        const focus = {
          ...exposedHere.actual.focus,
          workingDistanceUm: expect.closeTo(set.workingDistanceUm, 9),
        };
        const actual = { ...exposedHere.actual, focus };
        expect(plain(exposed)).toEqual({ ...plain(exposedHere), actual });
      }
    }
    const [moved, movedHere] = await both((microscope) =>
      microscope.moveStage({ xUm: 12.5, yUm: -3 }),
    );
    expect(moved).toEqual(movedHere);
    const [stage, stageHere] = await both((microscope) => microscope.readStage());
    expect(stage).toEqual(stageHere);
  });

  it('refuses with the error of the microscope, before anything has moved', async () => {
    const { microscope } = await openMicroscope('sim:merlin', simulation);
    const { client } = await overHttp(microscope);
    const before = await client.readFocus();
    const errors = await Promise.all(
      [
        () => client.writeFocus({ workingDistanceUm: 5e7 }),
        () => client.acquireFrame({ ...frame, dwellTimeNs: 1 }),
        () => client.moveStage({ xUm: 1e9, yUm: 0 }),
      ].map(async (act) => act().catch((error: unknown) => error)),
    );
    expect(
      errors.map((error) => error instanceof Error && { ...error, text: error.message }),
    ).toMatchInlineSnapshot(`
      [
        {
          "allowed": "in [1000, 40000] um",
          "hint": undefined,
          "name": "OutOfRange",
          "parameter": "workingDistanceUm",
          "requested": 50000000,
          "tag": "OutOfRange",
          "text": "workingDistanceUm must be in [1000, 40000] um. Received 50000000",
        },
        {
          "allowed": "in [50, 51200] ns",
          "hint": undefined,
          "name": "OutOfRange",
          "parameter": "dwellTimeNs",
          "requested": 1,
          "tag": "OutOfRange",
          "text": "dwellTimeNs must be in [50, 51200] ns. Received 1",
        },
        {
          "allowed": "in [-60000, 60000] um",
          "hint": undefined,
          "name": "OutOfRange",
          "parameter": "stageXUm",
          "requested": 1000000000,
          "tag": "OutOfRange",
          "text": "stageXUm must be in [-60000, 60000] um. Received 1000000000",
        },
      ]
    `);
    expect(await client.readFocus()).toEqual(before);
  });

  it('has one command in flight, and answers /health and /abort at any time', async () => {
    const microscope = new ScriptedMicroscope();
    const { url } = await serve(microscope);
    const { begun, release } = heldBack(microscope, 'acquireFrame');
    const exposing = post(url, '/acquire_image');
    await begun;
    expect(await post(url, '/working_distance/set', { value: 0.0046 })).toEqual({
      status: 409,
      answer: {
        error: {
          tag: 'Busy',
          message: '/working_distance/set must wait: /acquire_image is in flight',
          hint: 'send it again when that has been answered',
        },
      },
    });
    expect((await post(url, '/health')).answer).toMatchObject({ busy: '/acquire_image' });
    expect((await post(url, '/abort')).answer).toEqual({ status: 'ok', aborted: '/acquire_image' });
    release();
    expect(await exposing).toMatchObject({ status: 409, answer: { error: { tag: 'Aborted' } } });
    expect(blanked(microscope)).toBe(1);
    expect(microscope.focus.workingDistanceUm).toBe(4500);
    expect((await post(url, '/health')).answer).toMatchObject({ busy: null });
    expect((await post(url, '/abort')).answer).toEqual({ status: 'ok', aborted: null });
    await expect.poll(() => blanked(microscope)).toBe(2);
  });

  it('hands the signal of a command to the instrument, and lets an aborted call of a client reject with its reason', async () => {
    const microscope = new ScriptedMicroscope();
    const { client } = await overHttp(microscope);
    const { begun, release } = heldBack(microscope, 'acquireFrame');
    const stop = new AbortController();
    const exposing = client.acquireFrame(frame, { signal: stop.signal });
    await begun;
    const signal = signalOf(microscope);
    stop.abort(new Error('enough'));
    await expect.poll(() => signal.aborted).toBe(true);
    release();
    await expect(exposing).rejects.toThrow('enough');
    expect(blanked(microscope)).toBe(1);
    // The connection is of use afterwards.
    expect(await client.readFocus()).toEqual(microscope.focus);
  });

  it('is left blanked by a client that is gone in the midst of a frame', async () => {
    const microscope = new ScriptedMicroscope();
    const { url } = await serve(microscope);
    const { begun, release } = heldBack(microscope, 'acquireFrame');
    const killed = new AbortController();
    const exposing = fetch(`${url}/acquire_image`, { method: 'POST', signal: killed.signal });
    await begun;
    const signal = signalOf(microscope);
    killed.abort();
    await expect(exposing).rejects.toThrow();
    await expect.poll(() => signal.aborted).toBe(true);
    release();
    await expect.poll(() => blanked(microscope)).toBe(1);
  });

  it('is put back to where a client found it that is lost between two commands', async () => {
    const microscope = new ScriptedMicroscope();
    const start = microscope.focus;
    const { url, said } = await serve(microscope);
    const killed = new AbortController();
    const holding = await fetch(`${url}/hold/begin`, { method: 'POST', signal: killed.signal });
    const reader = holding.body?.getReader();
    const { hold } = JSON.parse(Buffer.from((await reader?.read())?.value ?? []).toString());
    const mine = { 'Semfocus-Hold': hold };
    await post(url, '/focus/set', { value: { working_distance: 0.0046 } }, mine);
    await post(url, '/stage_position/set', { value: { x: 1e-5, y: 0 } }, mine);
    expect(microscope.focus.workingDistanceUm).toBe(4600);
    expect(await post(url, '/focus/get')).toMatchObject({
      status: 409,
      answer: { error: { message: '/focus/get must wait: another client holds the microscope' } },
    });
    await expect(openHttpMicroscope(url)).rejects.toThrow(/another client holds/);
    killed.abort();
    await expect
      .poll(() => said)
      .toEqual(['a client was lost: the state in which it began is back']);
    expect(microscope.focus).toEqual(start);
    expect(microscope.stage).toEqual({ xUm: 0, yUm: 0 });
    expect(blanked(microscope)).toBe(1);
    expect((await post(url, '/focus/get')).status).toBe(200);
  });

  it('keeps the state of a client that has closed, and is blanked then', async () => {
    const microscope = new ScriptedMicroscope();
    const { client, url, said } = await overHttp(microscope);
    await client.writeFocus({ workingDistanceUm: 4510.5 });
    await client.close();
    expect(blanked(microscope)).toBe(1);
    expect((await post(url, '/working_distance/get')).answer).toEqual({ value: 0.0045105 });
    expect(said).toEqual([]);
    await expect(client.readFocus()).rejects.toThrow(/was closed/);
  });

  it('is left at the start and blanked when the server ends in the midst of a run', async () => {
    const microscope = new ScriptedMicroscope();
    const start = microscope.focus;
    const { server, url } = await serveForTest(microscope);
    const client = await openHttpMicroscope(url);
    await client.writeFocus({ stigmatorX: 3 });
    const { begun, release } = heldBack(microscope, 'acquireFrame');
    const exposing = client.acquireFrame(frame).catch((error: unknown) => error);
    await begun;
    const closing = server.close();
    release();
    await closing;
    expect(microscope.focus).toEqual(start);
    expect(blanked(microscope)).toBe(2);
    expect(await exposing).toMatchObject({ code: 'Aborted' });
    await expect(client.readFocus()).rejects.toMatchObject({ tag: 'Disconnected' });
    await client.close();
  });

  it('is at the start and blanked in the end, whenever the connection is cut', async () => {
    const random = new RandomStream(1, 'cut');
    let failed = 0;
    for (let round = 0; round < 16; round++) {
      const microscope = new ScriptedMicroscope();
      const start = microscope.focus;
      const { server, url } = await serveForTest(microscope);
      const proxy = await cuttingProxy(url);
      const client = await openHttpMicroscope(proxy.url);
      const session = await openSession(client, {
        limits: { workingDistanceUm: 60, stigmator: 20 },
      });
      // A round of four steps sends some 50 kB to the client.
      proxy.cutAfter(1 + random.integerBelow(50_000));
      let error: unknown;
      try {
        for (let step = 1; step <= 4; step++) {
          await session.microscope.writeFocus({ workingDistanceUm: 4500 + step });
          await session.microscope.acquireFrame({ ...frame, width: 128 });
        }
      } catch (caught) {
        error = caught;
      }
      await session.restore();
      await client.close();
      proxy.close();
      await server.close();
      expect(microscope.focus, `round ${round}`).toEqual(start);
      const last = microscope.calls.findLast(({ name }) => /blank|acquire/.test(name));
      expect(last?.argument, `round ${round}`).toBe(true);
      if (error === undefined) continue;
      failed += 1;
      expect(isSemfocusError(error), String(error)).toBe(true);
    }
    // The others were cut where asking again does no harm, or later.
    expect(failed).toBeGreaterThan(4);
  });

  it('says that the line was cut in between, because the start is back then', async () => {
    const microscope = new ScriptedMicroscope();
    const start = microscope.focus;
    const { url, said } = await serve(microscope);
    const proxy = await cuttingProxy(url);
    const lost = 'a client was lost: the state in which it began is back';
    const client = await openHttpMicroscope(proxy.url);
    await client.writeFocus({ workingDistanceUm: 4510 });
    proxy.cut();
    await expect.poll(() => said).toEqual([lost]);
    await expect(client.readFocus()).rejects.toThrow(/was cut in between/);
    // Once: the way back has to be open.
    expect(await client.readFocus()).toEqual(start);
    await client.writeFocus({ workingDistanceUm: 4510 });
    proxy.cut();
    await expect.poll(() => said).toEqual([lost, lost]);
    await expect(client.close()).rejects.toMatchObject({ tag: 'Disconnected' });
    expect(microscope.focus).toEqual(start);
    proxy.close();
  });

  it('refuses the commands and the end of a hold that is over', async () => {
    const { url, said } = await serve(new ScriptedMicroscope());
    const killed = new AbortController();
    const holding = await fetch(`${url}/hold/begin`, { method: 'POST', signal: killed.signal });
    const reader = holding.body?.getReader();
    const { hold } = JSON.parse(Buffer.from((await reader?.read())?.value ?? []).toString());
    killed.abort();
    await expect.poll(() => said).toHaveLength(1);
    const refused = { status: 503, answer: { error: { tag: 'Disconnected' } } };
    expect(await post(url, '/focus/get', {}, { 'Semfocus-Hold': hold })).toMatchObject(refused);
    expect(await post(url, '/hold/end', { hold })).toMatchObject(refused);
    expect((await post(url, '/focus/get')).status).toBe(200);
  });

  it('has limits of its own, around where it was started', async () => {
    const microscope = new ScriptedMicroscope();
    const { client, url } = await overHttp(microscope, { limitUm: 5, doseLimit: 40 });
    await client.writeFocus({ workingDistanceUm: 4505 });
    await expect(client.writeFocus({ workingDistanceUm: 4505.1 })).rejects.toMatchObject({
      tag: 'OutOfRange',
      parameter: 'workingDistanceUm',
      requested: 4505.1,
      message:
        'workingDistanceUm must be within 5 um of the starting point 4500. Received 4505.1 (guard)',
    });
    await client.acquireFrame(frame);
    await client.acquireFrame(frame);
    await expect(client.acquireFrame(frame)).rejects.toMatchObject({ tag: 'DoseBudgetExceeded' });
    const { value } = (await post(url, '/dose/get')).answer;
    expect(value).toMatchObject({
      frames: 2,
      beam_on_time: expect.closeTo(2 * 96 * 64 * 2e-7, 12),
    });
    expect(value.electrons_per_nm2).toBeCloseTo(37.2, 1);
  });

  it('takes the settings of fibsem-os, and refuses what it would have to pretend', async () => {
    const microscope = new ScriptedMicroscope();
    const { url } = await serve(microscope);
    const setting = (name: string, value: unknown) => post(url, `/${name}/set`, { value });
    expect((await setting('resolution', [128, 64])).answer).toEqual({ value: [128, 64] });
    expect((await setting('field_of_view', 1.28e-6)).answer).toEqual({ value: 1.28e-6 });
    expect((await setting('dwell_time', 1e-6)).answer).toEqual({ value: 1e-6 });
    await fetch(`${url}/acquire_image`, { method: 'POST' });
    expect(microscope.calls.at(-1)?.argument).toEqual({
      ...{ width: 128, height: 64, pixelSizeNm: 10, dwellTimeNs: 1000 },
    });
    for (const settings of [{ autocontrast: true }, { frame_integration: 4 }, { save: true }]) {
      const refused = await post(url, '/acquire_image', { image_settings: settings });
      expect(refused).toMatchObject({ status: 501, answer: { error: { tag: 'Unsupported' } } });
    }
    expect((await post(url, '/beam_blank/get')).answer).toEqual({ value: null });
    expect((await post(url, '/beam_blank/set', { value: true })).answer).toEqual({ value: true });
    expect((await post(url, '/beam_blank/get')).answer).toEqual({ value: true });
  });

  it('says to its clients what happened to the instrument', async () => {
    const microscope = new ScriptedMicroscope();
    const { client } = await overHttp(microscope);
    const failing = async (error: Error) => {
      microscope.before = async () => {
        throw error;
      };
      return client
        .readFocus()
        .catch(({ tag, message, code, hint }) => ({ tag, message, code, hint }));
    };
    expect(
      await failing(new DeviceError('the gun is off', { code: '17', hint: 'start it' })),
    ).toEqual({ tag: 'DeviceError', message: 'the gun is off', code: '17', hint: 'start it' });
    expect(await failing(new Timeout('no answer'))).toMatchObject({ tag: 'Timeout' });
    expect(await failing(new Disconnected('gone'))).toMatchObject({ tag: 'Disconnected' });
    expect(await failing(new RangeError('a defect'))).toMatchObject({
      ...{ tag: 'DeviceError', code: 'Internal', message: 'a defect' },
    });
    microscope.before = async () => {};
  });
});
