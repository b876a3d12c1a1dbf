import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { guardMicroscope, isSemfocusError } from '../../microscope/index.ts';
import { openTemscriptMicroscope } from './openTemscriptMicroscope.ts';

/** Wire traffic of the null server of temscript 2.1.0. */
const { exchanges } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/exchanges.json'), 'utf8'),
) as {
  exchanges: {
    readonly request: string;
    readonly body?: string;
    readonly status: number;
    readonly reason?: string;
    readonly answer?: string;
  }[];
};
const recorded = (request: string, body?: string) =>
  exchanges.find((one) => one.request === request && one.body === body);
/** Two rows of three pixels, as a camera with its dark current taken off sends them. */
const counts = [-32768, -1, 0, 1, 2, 32767];

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/**
 * A server that answers what was recorded, keeps what it is told, and has a camera of 3 x 2 px.
 *
 * @param changed - Answers in place of those recorded, by path.
 * @returns its address, and every command that it got.
 */
async function standIn(changed: Readonly<Record<string, unknown>> = {}) {
  const answers = new Map<string, string>();
  const got: string[] = [];
  const cameras = JSON.parse(recorded('GET /v1/cameras')!.answer!);
  Object.assign(cameras.CCD, { width: 3, height: 2 });
  answers.set('/v1/cameras', JSON.stringify(cameras));
  const image = JSON.parse(recorded('GET /v1/acquire?detectors=CCD')!.answer!);
  const data = Buffer.from(Int16Array.from(counts).buffer).toString('base64');
  Object.assign(image.CCD, { width: 3, height: 2, data });
  answers.set('/v1/acquire?detectors=CCD', JSON.stringify(image));
  for (const [path, answer] of Object.entries(changed)) {
    answers.set(`/v1/${path}`, JSON.stringify(answer));
  }
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '' } = request;
    got.push(`${method} ${url.slice(4)} ${body}`.trim());
    const known = recorded(`${method} ${url}`, body || undefined);
    response.statusCode = known?.status ?? (method === 'PUT' ? 204 : answers.has(url) ? 200 : 404);
    if (known?.reason !== undefined) response.statusMessage = known.reason;
    if (method === 'PUT' && response.statusCode === 204) {
      // What differs from what was put, e.g. a position beyond the range, was recorded next.
      const next = exchanges[exchanges.indexOf(known!) + 1];
      answers.set(url, next?.request === `GET ${url}` ? next.answer! : body);
    }
    response.end(method === 'GET' ? (answers.get(url) ?? known?.answer ?? '') : '');
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${(listening.address() as AddressInfo).port}`, got };
}
const whole = { width: 3, height: 2, pixelSizeNm: 0.24, dwellTimeNs: 1e9 / 6 };
const messageOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error: unknown) =>
      isSemfocusError(error)
        ? `${error.tag}: ${error.message}`.replaceAll(/:\d{4,5}\b/g, ':PORT')
        : `a foreign error: ${error}`,
  );

describe('a microscope behind a temscript server', () => {
  it('is described as what it is: nothing of the frame can be set, the current is not known', async () => {
    const { address } = await standIn();
    const microscope = await openTemscriptMicroscope(address);
    const description = await microscope.describe();
    expect(description).toMatchObject({
      name: `temscript:${address} (NULL, camera CCD)`,
      isSimulated: true,
      beamCurrentNanoAmp: Number.NaN,
      bitDepth: 16,
      canBlankBeam: true,
    });
    const { parameters } = description;
    expect(
      Object.entries(parameters).flatMap(([name, { settable }]) => (settable ? [name] : [])),
    ).toEqual(['workingDistanceUm', 'stigmatorX', 'stigmatorY', 'stageXUm', 'stageYUm']);
    expect(parameters.stageXUm).toMatchObject({ unit: 'um', min: -1000, max: 1000 });
    // 24 um on the chip, 100,000 times enlarged; 1 s for six pixels at once.
    expect(parameters.pixelSizeNm.choices).toEqual([0.24]);
    expect(parameters.dwellTimeNs.choices).toEqual([1e9 / 6]);
    expect([parameters.width.choices, parameters.height.choices]).toEqual([[3], [2]]);
  });

  it('is a real one unless its family is NULL', async () => {
    const { address } = await standIn({ family: 'TITAN' });
    expect((await (await openTemscriptMicroscope(address)).describe()).isSimulated).toBe(false);
  });

  it('follows binning and image size', async () => {
    const { address } = await standIn({
      cameras: { Ceta: { width: 4096, height: 2048, 'pixel_size(um)': 14 } },
      'camera_param/Ceta': { image_size: 'HALF', binning: 4, 'exposure(s)': 0.5 },
    });
    const { parameters } = await (await openTemscriptMicroscope(address)).describe();
    expect(parameters.width.choices).toEqual([512]);
    expect(parameters.height.choices).toEqual([256]);
    expect(parameters.pixelSizeNm.choices).toEqual([0.56]);
    expect(parameters.dwellTimeNs.choices).toEqual([0.5e9 / (512 * 256)]);
  });

  it('sets the defocus in metres and both stigmators at once, and reads back', async () => {
    const { address, got } = await standIn();
    const microscope = await openTemscriptMicroscope(address);
    const opened = got.length;
    expect(await microscope.writeFocus({ workingDistanceUm: 1.5 })).toEqual({
      workingDistanceUm: 1.5,
      stigmatorX: 0,
      stigmatorY: 0,
    });
    await microscope.writeFocus({ stigmatorX: 0.1 });
    expect((await microscope.writeFocus({ stigmatorY: -0.2 })).stigmatorX).toBe(0.1);
    expect(got.slice(opened).filter((command) => command.startsWith('PUT'))).toEqual([
      'PUT defocus 0.0000015',
      'PUT objective_stigmator [0.1,0]',
      'PUT objective_stigmator [0.1,-0.2]',
    ]);
  });

  it('refuses what is not a number before anything has moved, and says when a value is none', async () => {
    const { address, got } = await standIn();
    const microscope = await openTemscriptMicroscope(address);
    expect(await messageOf(microscope.writeFocus({ workingDistanceUm: Number.NaN }))).toMatch(
      /^OutOfRange: workingDistanceUm must be a finite number/,
    );
    expect(got.some((command) => command.startsWith('PUT'))).toBe(false);
    // As another client of the same server may leave it.
    await fetch(`http://${address}/v1/defocus`, { method: 'PUT', body: 'NaN' });
    expect(await messageOf(microscope.readFocus())).toBe(
      'DeviceError: the temscript server at 127.0.0.1:PORT answers GET /v1/defocus with NaN',
    );
  });

  it('exposes as it is set, raises values with a sign, and keeps the order of the rows', async () => {
    const { address } = await standIn();
    const microscope = await openTemscriptMicroscope(address);
    const frame = await microscope.acquireFrame(whole);
    expect(frame.pixels.shape).toEqual([2, 3]);
    expect([...frame.pixels.data]).toEqual(counts.map((count) => count + 32768));
    expect(frame.actual).toMatchObject({ pixelSizeNm: 0.24, stage: { xUm: 0, yUm: 0 } });
    expect(frame.doseElectronsPerNm2).toBeNaN();
  });

  it('opens the beam for an exposure and closes it again, also when the exposure fails', async () => {
    const { address, got } = await standIn();
    const microscope = await openTemscriptMicroscope(address);
    await microscope.blankBeam(true);
    const before = got.length;
    await microscope.acquireFrame(whole);
    const blanking = () =>
      got
        .slice(before)
        .filter((command) => /^PUT beam|acquire/.test(command))
        .join(', ');
    expect(blanking()).toBe(
      'PUT beam_blanked false, GET acquire?detectors=CCD, PUT beam_blanked true',
    );

    server?.close();
    const lost = await standIn({ 'acquire?detectors=CCD': {}, beam_blanked: true });
    const broken = await openTemscriptMicroscope(lost.address);
    expect(await messageOf(broken.acquireFrame(whole))).toBe(
      'DeviceError: the camera CCD has sent no image',
    );
    expect(lost.got.at(-1)).toBe('PUT beam_blanked true');
  });

  it('names what it lacks', async () => {
    const { address } = await standIn();
    const microscope = await openTemscriptMicroscope(address);
    const refusalOf = (change: object) =>
      messageOf(microscope.acquireFrame({ ...whole, ...change }));
    expect(await refusalOf({ width: 1024 })).toBe(
      'OutOfRange: width must be 3, as the instrument is set. Received 1024 (temscript)',
    );
    expect(await refusalOf({ dwellTimeNs: 100 })).toMatch(/^OutOfRange: dwellTimeNs must be /);
    expect(await refusalOf({ pixelSizeNm: 10 })).toMatch(/^OutOfRange: pixelSizeNm must be 0.24,/);
    expect(await refusalOf({ region: { x: 0, y: 0, width: 1, height: 1 } })).toBe(
      'Unsupported: temscript exposes whole frames: a reduced raster cannot be had',
    );
    const limits = { workingDistanceUm: 1, stigmator: 1 };
    const guard = await guardMicroscope(microscope, { limits, doseBudgetElectronsPerNm2: 1e6 });
    expect(await messageOf(guard.microscope.acquireFrame(whole))).toMatch(
      /^DoseBudgetExceeded: the next frame would bring the dose to NaN/,
    );
    const diffraction = await standIn({ indicated_magnification: 0 });
    expect(await messageOf(openTemscriptMicroscope(diffraction.address))).toMatch(
      /^Unsupported: .* a diffraction pattern$/,
    );
    expect(microscope.lacks).toContain('temscript cannot expose a part of a frame');
    const blind = await standIn({ cameras: {} });
    expect(await messageOf(openTemscriptMicroscope(blind.address))).toBe(
      'Unsupported: the temscript server at 127.0.0.1:PORT has no camera',
    );
  });

  it('moves the stage inside its range, and reads back what the server has made of it', async () => {
    const { address, got } = await standIn();
    const microscope = await openTemscriptMicroscope(address);
    expect(await microscope.moveStage({ xUm: 20, yUm: -3 })).toEqual({ xUm: 20, yUm: -3 });
    expect(await messageOf(microscope.moveStage({ xUm: 1001, yUm: 0 }))).toBe(
      'OutOfRange: stageXUm must be in [-1000, 1000] um. Received 1001',
    );
    expect(got.filter((command) => command.startsWith('PUT'))).toHaveLength(1);
  });

  it('says what an image has that cannot be read', async () => {
    const image = JSON.parse(recorded('GET /v1/acquire?detectors=CCD')!.answer!).CCD;
    const messageFor = async (change: object) => {
      const { address } = await standIn({
        'acquire?detectors=CCD': { CCD: { ...image, width: 3, height: 2, ...change } },
      });
      return messageOf((await openTemscriptMicroscope(address)).acquireFrame(whole));
    };
    expect(await messageFor({})).toBe(
      'DeviceError: the camera sends 24 bytes for 3 x 2 px, and 12 are needed',
    );
    expect(await messageFor({ type: 'FLOAT32' })).toBe(
      'DeviceError: the camera sends FLOAT32, and only INT16 and UINT16 can be read',
    );
    expect(await messageFor({ encoding: 'HEX' })).toMatch(/^DeviceError: .* answers GET/);
    const { address } = await standIn({
      'acquire?detectors=CCD': {
        CCD: {
          ...image,
          ...{ width: 3, height: 2, type: 'UINT16', endianness: 'BIG' },
          data: Buffer.from([0, 1, 1, 0, 0, 3, 0, 4, 0, 5, 255, 254]).toString('base64'),
        },
      },
    });
    const frame = await (await openTemscriptMicroscope(address)).acquireFrame(whole);
    expect([...frame.pixels.data]).toEqual([1, 256, 3, 4, 5, 65534]);
  });

  it('maps every foreign failure', async () => {
    const { address } = await standIn();
    const microscope = await openTemscriptMicroscope(address);
    const aborted = microscope.readFocus({ signal: AbortSignal.abort(new Error('Ctrl-C')) });
    await expect(aborted).rejects.toThrow('Ctrl-C');

    const failing = createServer((request, response) => {
      const isKnown = request.url !== '/v1/cameras';
      const known = recorded('PUT /v1/defocus', '"a"')!;
      response.statusCode = isKnown ? known.status : 404;
      response.statusMessage = isKnown ? known.reason! : 'Unknown endpoint';
      response.end();
    });
    server?.close();
    server = failing;
    await new Promise<void>((resolve) => failing.listen(0, '127.0.0.1', resolve));
    const { port } = failing.address() as AddressInfo;
    expect(await messageOf(openTemscriptMicroscope(`127.0.0.1:${port}`))).toBe(
      'DeviceError: the temscript server at 127.0.0.1:PORT answers GET /v1/family with 500: ' +
        "Error handling request '/v1/defocus': could not convert string to float: 'a'",
    );
    failing.closeAllConnections();
    failing.close();
    expect(await messageOf(openTemscriptMicroscope(`127.0.0.1:${port}`))).toBe(
      'Disconnected: the temscript server at 127.0.0.1:PORT does not answer GET /v1/family: connect ECONNREFUSED 127.0.0.1:PORT',
    );

    await microscope.close();
    expect(await messageOf(microscope.readFocus())).toBe(
      'Disconnected: the connection to the temscript server at 127.0.0.1:PORT was closed',
    );
    for (const none of ['', 'host', '127.0.0.1:8080/v1', 'a b:1', 'host:99999']) {
      expect(await messageOf(openTemscriptMicroscope(none))).toMatch(
        /^ConfigError: a temscript server must be HOST:PORT/,
      );
    }
  });
});
