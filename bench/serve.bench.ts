import { openMicroscope } from '../cli/lab/index.ts';
import { MicroscopeServer } from '../cli/serve/MicroscopeServer.ts';
import { ServedMicroscope } from '../cli/serve/ServedMicroscope.ts';
import { openHttpMicroscope } from '../harness/drivers/http/index.ts';
import type { Microscope } from '../harness/microscope/index.ts';
import { quantile } from '../harness/statistics/index.ts';

const request = { width: 1024, height: 768, pixelSizeNm: 10.03, dwellTimeNs: 200 };
const pairs = 24;
/** Until code is compiled and caches are full. */
const warmUps = 4;

/** What one step took, ms. */
interface Taken {
  readonly wallMs: number;
  /** Of all threads of this process: what others do on the machine is not in it. */
  readonly cpuMs: number;
}

/**
 * What it costs that a microscope is behind a server of this process. Steps here and there alternate, and
 * each is compared with its neighbour, so that the load of the machine meets both.
 */
export async function benchServe(): Promise<void> {
  const open = () =>
    openMicroscope('sim:merlin', {
      ...{ specimen: 'tissue', specimenPixelSize: 10, seed: 1, startUm: 5 },
    });
  const here = (await open()).microscope;
  const served = await ServedMicroscope.open(await open(), {
    limits: { workingDistanceUm: Infinity, stigmator: Infinity },
    onTrouble: (message) => {
      throw new Error(message);
    },
  });
  const server = await MicroscopeServer.start(served, { host: '127.0.0.1', port: 0 });
  const there = await openHttpMicroscope(server.url);
  const taken: { readonly here: Taken; readonly there: Taken }[] = [];
  let frameTimeMs = 0;
  for (let index = -warmUps; index < pairs; index++) {
    // As an algorithm takes frames: each in a focus of its own.
    const target = { workingDistanceUm: 4500 + (((index % 5) + 5) % 5) };
    const step = async (microscope: Microscope): Promise<Taken> => {
      const cpu = process.cpuUsage();
      const beganMs = performance.now();
      await microscope.writeFocus(target);
      const { frameTimeS } = await microscope.acquireFrame(request);
      const wallMs = performance.now() - beganMs;
      const { user, system } = process.cpuUsage(cpu);
      frameTimeMs = 1e3 * frameTimeS;
      return { wallMs, cpuMs: (user + system) / 1e3 };
    };
    const isHereFirst = index % 2 === 0;
    const [first, second] = isHereFirst ? [here, there] : [there, here];
    const one = await step(first);
    const other = await step(second);
    const both = isHereFirst ? { here: one, there: other } : { here: other, there: one };
    if (index >= 0) taken.push(both);
  }
  await there.close();
  await server.close();
  process.stdout.write(
    `\na set and a frame of ${request.width} x ${request.height} px, ${pairs} pairs in turn, medians\n`,
  );
  for (const [what, key] of [
    ['computing time', 'cpuMs'],
    ['time by the clock', 'wallMs'],
  ] as const) {
    const alone = quantile(
      taken.map((pair) => pair.here[key]),
      0.5,
    );
    const more = quantile(
      taken.map((pair) => pair.there[key] - pair.here[key]),
      0.5,
    );
    process.stdout.write(
      `  ${what.padEnd(20)}${alone.toFixed(2).padStart(9)} ms in this process, served ${more.toFixed(2)} ms more: ` +
        `${((100 * more) / alone).toFixed(1)} % of it, ` +
        `${((100 * more) / frameTimeMs).toFixed(1)} % of the ${frameTimeMs.toFixed(0)} ms of the instrument\n`,
    );
  }
}
