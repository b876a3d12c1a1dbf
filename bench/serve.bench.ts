import { openMicroscope } from '../cli/lab/index.ts';
import { MicroscopeServer } from '../cli/serve/MicroscopeServer.ts';
import { ServedMicroscope } from '../cli/serve/ServedMicroscope.ts';
import { openHttpMicroscope } from '../harness/drivers/http/index.ts';
import type { Microscope } from '../harness/microscope/index.ts';
import { compare } from './compare.ts';

const request = { width: 1024, height: 768, pixelSizeNm: 10.03, dwellTimeNs: 200 };

/** What it costs that a microscope is behind a server of this process. */
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
  /** As an algorithm takes frames: each in a focus of its own. */
  const step = (microscope: Microscope) => {
    let count = 0;
    return async () => {
      count += 1;
      await microscope.writeFocus({ workingDistanceUm: 4500 + (count % 5) });
      await microscope.acquireFrame(request);
    };
  };
  await compare(
    `a set and a frame of ${request.width} x ${request.height} px`,
    { name: 'in this process', run: step(here) },
    [{ name: 'served over HTTP', run: step(there) }],
  );
  await there.close();
  await server.close();
}
