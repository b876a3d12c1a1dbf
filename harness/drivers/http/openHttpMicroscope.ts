import { z } from 'zod';
import { describeMismatch } from '../../config/index.ts';
import { ConfigError, DeviceError, isSemfocusError } from '../../microscope/index.ts';
import { openFibsemMicroscope } from './fibsemMicroscope.ts';
import { HttpConnection } from './HttpConnection.ts';
import type { HttpMicroscope } from './HttpMicroscope.ts';
import { openSemfocusMicroscope } from './semfocusMicroscope.ts';
import { wireRoutes } from './wireRoutes.ts';

const fibsemHealth = z.object({ status: z.literal('ok'), manufacturer: z.string() });

/**
 * Opens the microscope of a server: one of semfocus or one that speaks as docs/wire.md says, or one of
 * fibsem-os (0.5.3). `/capabilities` tells the two apart.
 *
 * @param url - `http://HOST:PORT`.
 * @param options.token - For a server that wants one.
 * @throws ConfigError if the address is none, the token is missing or wrong, or another server answers;
 *   Disconnected if nothing can be reached; Busy if another client holds the microscope.
 */
export async function openHttpMicroscope(
  url: string,
  { token }: { readonly token?: string } = {},
): Promise<HttpMicroscope> {
  const connection = new HttpConnection(url, token);
  try {
    const answer = await whereThereIs(() =>
      connection.json('/capabilities', { body: {}, isRepeatable: true }),
    );
    if (answer !== undefined) {
      const schema = wireRoutes['/capabilities'].answer;
      const capabilities = schema.safeParse(answer);
      if (capabilities.success) return await openSemfocusMicroscope(connection, capabilities.data);
      const what = describeMismatch(schema, answer, capabilities.error);
      throw new DeviceError(`${connection.url} describes its instrument wrongly: ${what}`, {
        code: 'answer',
        hint: 'client and server must speak one version of docs/wire.md',
      });
    }
    const health = fibsemHealth.safeParse(
      await whereThereIs(() => connection.json('/health', { isRepeatable: true })),
    );
    if (health.success) return await openFibsemMicroscope(connection, health.data.manufacturer);
    throw new ConfigError(`${connection.url} is no microscope server`, {
      hint: 'it must be semfocus serve, a server that speaks as docs/wire.md says, or fibsem-os 0.5.3',
    });
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** `undefined` from a server that has no such route. */
async function whereThereIs(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    if (isSemfocusError(error, 'DeviceError') && missing.includes(error.code)) return undefined;
    throw error;
  }
}

const missing = ['http-404', 'http-405', 'NotFound', 'MethodNotAllowed'];
