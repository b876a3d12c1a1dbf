import { z } from 'zod';
import { parseJson } from '../../config/index.ts';
import { DeviceError } from '../../microscope/index.ts';
import type { HttpConnection } from './HttpConnection.ts';

/** A server that looks after the microscope as long as this client is there. */
export interface Hold {
  /** What tells the server that a command is of the holder. Begins the hold anew if it was lost. */
  headers(): Promise<Record<string, string>>;
  /** Ends it without the way back. */
  end(): Promise<void>;
}

const firstLine = z.object({ hold: z.string() });

/** @throws Busy if another client holds the microscope. */
export async function openHold(connection: HttpConnection): Promise<Hold> {
  let id: string | undefined;

  async function begin(): Promise<string> {
    let text = '';
    let isBegun = false;
    const first = await new Promise<string>((resolve, reject) => {
      const onPart = (part: string) => {
        if (isBegun) return;
        text += part;
        isBegun = text.includes('\n');
        if (isBegun) resolve(text.slice(0, text.indexOf('\n')));
      };
      connection.follow('/hold/begin', {}, onPart).then(
        () => {
          // Over, or cut: then the server puts the start back, and the next command begins a new hold.
          id = undefined;
          resolve(text);
        },
        (error) => {
          id = undefined;
          reject(error);
        },
      );
    });
    const parsed = firstLine.safeParse(first.startsWith('{') ? parseJson(first) : undefined);
    if (parsed.success) return parsed.data.hold;
    throw new DeviceError('/hold/begin answered in a form that is not known', { code: 'answer' });
  }

  id = await begin();
  return {
    async headers() {
      id ??= await begin();
      return { 'Semfocus-Hold': id };
    },
    async end() {
      const hold = id;
      id = undefined;
      if (hold !== undefined) {
        await connection.json('/hold/end', { body: { hold }, isRepeatable: true });
      }
    },
  };
}
