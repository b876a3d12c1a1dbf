import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { isSemfocusError, type Microscope } from '../../microscope/index.ts';
import { openTemscriptMicroscope } from './openTemscriptMicroscope.ts';

/** `temscript-server` of temscript 2.1: `SEMFOCUS_TEMSCRIPT_SERVER` names it, `.ci/run` installs one. */
const program = process.env.SEMFOCUS_TEMSCRIPT_SERVER;
if (program === undefined) {
  process.stderr.write(
    'the null server of temscript is not tried: SEMFOCUS_TEMSCRIPT_SERVER names none\n',
  );
}

let server: ChildProcess | undefined;
afterEach(() => server?.kill());

/** A port that was free a moment ago: the server cannot be asked for the one that it has taken. */
async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

/** Its first line comes before it listens. */
async function openAsSoonAsItListens(address: string): Promise<Microscope> {
  for (;;) {
    if (server?.exitCode !== null) throw new Error(`${program} has ended`);
    try {
      return await openTemscriptMicroscope(address);
    } catch (error) {
      if (!isSemfocusError(error, 'Disconnected')) throw error;
    }
  }
}

it.runIf(program !== undefined)(
  'sets, reads and exposes with the real null server',
  async () => {
    const port = await freePort();
    server = spawn(program!, ['--null', '--host', '127.0.0.1', '--port', `${port}`]);
    const microscope = await openAsSoonAsItListens(`127.0.0.1:${port}`);
    const { parameters, isSimulated } = await microscope.describe();
    expect(isSimulated).toBe(true);
    expect(await microscope.writeFocus({ workingDistanceUm: -1.25, stigmatorY: 0.03 })).toEqual({
      workingDistanceUm: -1.25,
      stigmatorX: 0,
      stigmatorY: 0.03,
    });
    expect(await microscope.moveStage({ xUm: 10, yUm: -20 })).toEqual({ xUm: 10, yUm: -20 });
    await microscope.blankBeam(true);
    const frame = await microscope.acquireFrame({
      width: parameters.width.choices![0]!,
      height: parameters.height.choices![0]!,
      pixelSizeNm: parameters.pixelSizeNm.choices![0]!,
      dwellTimeNs: parameters.dwellTimeNs.choices![0]!,
    });
    expect(frame.pixels.shape).toEqual([2048, 2048]);
    // Its image is of zeros with a sign.
    expect(frame.pixels.data.every((value) => value === 32768)).toBe(true);
    expect(frame.frameTimeS).toBeGreaterThanOrEqual(1);
    await microscope.close();
  },
  60_000,
);
