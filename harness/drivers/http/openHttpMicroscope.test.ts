import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isSemfocusError } from '../../microscope/index.ts';
import { openHttpMicroscope } from './openHttpMicroscope.ts';
import { FibsemStandIn } from './testing/FibsemStandIn.ts';

const frame = { width: 70, height: 64, pixelSizeNm: 10.03, dwellTimeNs: 200 };

async function fibsem() {
  const server = await FibsemStandIn.start();
  onTestFinished(() => server.close());
  const microscope = await openHttpMicroscope(server.url);
  onTestFinished(() => microscope.close());
  return { server, microscope };
}

/** A server that answers everything alike, and where it listens. */
async function answering(status: number, type: string, text: string): Promise<string> {
  const server = createServer((_request, response) =>
    response.writeHead(status, { 'Content-Type': type }).end(text),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const at = server.address();
  return `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`;
}

/** What an error says, in one line. */
async function failure(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isSemfocusError(error)) throw new Error(`not refused: ${String(error)}`);
  return `${error.tag}: ${error.message.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')} | ${error.hint}`;
}

describe('a fibsem-os server', () => {
  it('is told from one of semfocus, and what it lacks is said', async () => {
    const { server, microscope } = await fibsem();
    expect(server.asked.slice(0, 2).map(([asked]) => asked)).toEqual([
      'POST /capabilities',
      'GET /health',
    ]);
    expect(microscope.pixelSizeNm).toBeCloseTo(97.65625, 9);
    expect(microscope.dwellTimeNs).toBe(1000);
    expect(microscope.lacks).toMatchInlineSnapshot(`
      [
        "fibsem-os cannot blank the beam: it stays on the specimen after the last frame",
        "fibsem-os cannot stop a frame: an interruption waits for its end",
        "fibsem-os does not put the start back if this program is killed or the line is cut",
        "fibsem-os states no ranges: working distance 500 to 60000 um, stigmators -1 to 1, dwell time 25 to 1000000 ns are assumed",
        "fibsem-os states no settle times: 0.2 s are assumed",
      ]
    `);
    expect(await microscope.describe()).toMatchObject({
      name: 'fibsem-os ThermoMicroscope',
      isSimulated: false,
      beamCurrentNanoAmp: 0.05,
      canBlankBeam: false,
    });
  });

  it('counts as simulated only where its class is that of the simulator', async () => {
    const server = await FibsemStandIn.start();
    server.manufacturer = 'DemoMicroscope';
    const microscope = await openHttpMicroscope(server.url);
    expect((await microscope.describe()).isSimulated).toBe(true);
    await microscope.close();
    await server.close();
  });

  it('is set in metres, and read back from the instrument', async () => {
    const { server, microscope } = await fibsem();
    server.asked.length = 0;
    expect(await microscope.writeFocus({ workingDistanceUm: 4500.1, stigmatorY: 0.01 })).toEqual({
      ...{ workingDistanceUm: 4500.1, stigmatorX: 0, stigmatorY: 0.01 },
    });
    expect(server.workingDistance).toBe(0.0045001);
    expect(server.stigmation).toEqual({ x: 0, y: 0.01 });
    // An instrument that does something else is seen by it.
    server.before = async (path) => {
      if (path === '/working_distance/get') server.workingDistance = 0.006985;
    };
    const focus = await microscope.writeFocus({ workingDistanceUm: 4400 });
    expect(focus.workingDistanceUm).toBe(6985);
  });

  it('is not sent what no column can do, although it would take it', async () => {
    const { server, microscope } = await fibsem();
    server.asked.length = 0;
    const refused = [
      microscope.writeFocus({ workingDistanceUm: 5e7 }),
      microscope.writeFocus({ workingDistanceUm: -1e6 }),
      microscope.writeFocus({ stigmatorX: 5 }),
      microscope.writeFocus({ stigmatorX: Number.NaN }),
      microscope.acquireFrame({ ...frame, dwellTimeNs: 0.001 }),
      microscope.acquireFrame({ ...frame, width: 70.5 }),
      microscope.moveStage({ xUm: 1e6, yUm: 0 }),
    ];
    expect(await Promise.all(refused.map(failure))).toMatchInlineSnapshot(`
      [
        "OutOfRange: workingDistanceUm must be in [500, 60000] um. Received 50000000 | undefined",
        "OutOfRange: workingDistanceUm must be in [500, 60000] um. Received -1000000 | undefined",
        "OutOfRange: stigmatorX must be in [-1, 1] unit. Received 5 | undefined",
        "OutOfRange: stigmatorX must be a finite number. Received NaN (fibsem-os) | undefined",
        "OutOfRange: dwellTimeNs must be in [25, 1000000] ns. Received 0.001 | undefined",
        "OutOfRange: width must be a whole number. Received 70.5 | undefined",
        "OutOfRange: stageXUm must be in [-100000, 100000] um. Received 1000000 | undefined",
      ]
    `);
    expect(server.asked).toEqual([]);
  });

  it('gives frames with the size and dwell time of what was exposed, not of before', async () => {
    const { server, microscope } = await fibsem();
    const region = { x: 3, y: 5, width: 7, height: 41 };
    const exposed = await microscope.acquireFrame({ ...frame, region });
    expect(server.asked.find(([asked]) => asked === 'POST /acquire_image')?.[1]).toMatchObject({
      beam_type: 'ELECTRON',
      image_settings: {
        resolution: [70, 64],
        dwell_time: 2e-7,
        hfw: 7.021e-7,
        autocontrast: false,
        save: false,
      },
    });
    expect([...exposed.pixels.shape]).toEqual([41, 7]);
    expect(exposed.actual).toEqual({
      ...{ pixelSizeNm: 10.03, dwellTimeNs: 200, passes: 1 },
      focus: { workingDistanceUm: 4000, stigmatorX: 0, stigmatorY: 0 },
      stage: { xUm: 0, yUm: 0 },
    });
    expect(exposed.doseElectronsPerNm2).toBeCloseTo((6.241509 * 0.05 * 200) / 10.03 ** 2, 9);
    expect(exposed.frameTimeS).toBeCloseTo(7 * 41 * 2e-7, 12);
    expect(exposed.acquiredAt).toEqual(new Date(1_700_000_000_500));
  });

  it('moves the stage in x and y alone', async () => {
    const { server, microscope } = await fibsem();
    expect(await microscope.moveStage({ xUm: 12.5, yUm: -4 })).toEqual({ xUm: 12.5, yUm: -4 });
    expect(server.position).toMatchObject({ x: 1.25e-5, y: -4e-6, z: 0.004, r: 0, t: 0 });
  });

  it('ends an aborted call only when the instrument has done it', async () => {
    const { server, microscope } = await fibsem();
    const stop = new AbortController();
    let hasExposed = false;
    server.before = async (path) => {
      if (path !== '/acquire_image') return;
      stop.abort(new Error('enough'));
      await new Promise((resolve) => setImmediate(resolve));
      hasExposed = true;
    };
    await expect(microscope.acquireFrame(frame, { signal: stop.signal })).rejects.toThrow('enough');
    expect(hasExposed).toBe(true);
  });

  it('says what it cannot do, and what its server could not', async () => {
    const { server, microscope } = await fibsem();
    server.before = async () => {
      throw new Error('a defect');
    };
    const said = [await failure(microscope.blankBeam(true)), await failure(microscope.readFocus())];
    await server.close();
    said.push(await failure(microscope.readFocus()));
    await microscope.close();
    said.push(await failure(microscope.readFocus()));
    expect(said).toMatchInlineSnapshot(`
      [
        "Unsupported: fibsem-os cannot blank the beam: it has no route for it | blank it at the instrument",
        "DeviceError: /working_distance/get of http://HOST answered 500: Internal Server Error | look into the log of the server",
        "Disconnected: http://HOST cannot be reached: nothing listens there | check the address, that the server runs there, and the firewall between",
        "Disconnected: the connection to http://HOST was closed | undefined",
      ]
    `);
  });
});

describe('what is no microscope server', () => {
  it('is named, with what to do', async () => {
    const page = await answering(200, 'text/html', '<html></html>');
    const other = await answering(404, 'application/json', '{}');
    const newer = await answering(200, 'application/json', '{"api": "semfocus"}');
    const locked = await answering(401, 'application/json', '{"detail": "no"}');
    const moved = await answering(302, 'text/plain', '');
    const opened = [page, other, newer, locked, moved, 'http://127.0.0.1:1', 'http://', 'ftp://x'];
    const said = await Promise.all(opened.map((url) => failure(openHttpMicroscope(url))));
    expect(said).toMatchInlineSnapshot(`
      [
        "DeviceError: /capabilities of http://HOST did not answer JSON: Unexpected token '<', "<html></html>" is not valid JSON | another server may listen at this address",
        "ConfigError: http://HOST is no microscope server | it must be semfocus serve, a server that speaks as docs/wire.md says, or fibsem-os 0.5.3",
        "DeviceError: http://HOST describes its instrument wrongly: version must be 1. Received nothing; name must be text. Received nothing; is_simulated is not allowed (Invalid input: expected boolean, received undefined). Received nothing; and 6 more | client and server must speak one version of docs/wire.md",
        "ConfigError: http://HOST wants a token, and does not take the one it was given | put the token of the server into the environment variable SEMFOCUS_TOKEN",
        "Disconnected: http://HOST cannot be reached: unexpected redirect | check the address, that the server runs there, and the firewall between",
        "Disconnected: http://HOST cannot be reached: bad port | check the address, that the server runs there, and the firewall between",
        "ConfigError: the address of a microscope server must be http://HOST:PORT. Received "http://" | undefined",
        "ConfigError: the address of a microscope server must be http://HOST:PORT. Received "ftp://x" | undefined",
      ]
    `);
  });
});
