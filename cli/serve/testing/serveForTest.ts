import type { Microscope } from '../../../harness/microscope/index.ts';
import { MicroscopeServer } from '../MicroscopeServer.ts';
import { ServedMicroscope } from '../ServedMicroscope.ts';

/** A server for a microscope on a free port, and what it had to say. */
export async function serveForTest(
  microscope: Microscope,
  options: {
    readonly token?: string;
    readonly limitUm?: number;
    readonly doseLimit?: number;
    readonly frame?: { readonly pixelSizeNm: number; readonly dwellTimeNs: number };
  } = {},
): Promise<{ readonly server: MicroscopeServer; readonly url: string; readonly said: string[] }> {
  const { token, limitUm = Infinity, doseLimit } = options;
  const { frame = { pixelSizeNm: 10.03, dwellTimeNs: 200 } } = options;
  const said: string[] = [];
  const served = await ServedMicroscope.open(
    { microscope, ...frame },
    {
      limits: { workingDistanceUm: limitUm, stigmator: Infinity },
      ...(doseLimit !== undefined && { doseBudgetElectronsPerNm2: doseLimit }),
      onTrouble: (message) => said.push(message),
    },
  );
  const server = await MicroscopeServer.start(served, {
    host: '127.0.0.1',
    port: 0,
    ...(token !== undefined && { token }),
  });
  return { server, url: server.url, said };
}
