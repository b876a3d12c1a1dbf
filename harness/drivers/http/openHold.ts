import { z } from 'zod';
import { parseJson } from '../../config/index.ts';
import { DeviceError, Disconnected } from '../../microscope/index.ts';
import type { HttpConnection } from './HttpConnection.ts';

/** A server that looks after the microscope as long as this client is there. */
export interface Hold {
  /**
   * What tells the server that a command is of the holder. Begins the hold anew if it was lost.
   *
   * @throws Disconnected, once, if it was lost and nothing has told so: the state is another one now.
   */
  headers(): Promise<Record<string, string>>;
  /** A command has ended in an error that tells of the loss. */
  lossIsTold(): void;
  /** Ends it without the way back. @throws Disconnected if it was lost before, and nothing has told so. */
  end(): Promise<void>;
}

const firstLine = z.object({ hold: z.string() });

/** @throws Busy if another client holds the microscope. */
export async function openHold(connection: HttpConnection): Promise<Hold> {
  let id: string | undefined;
  let isLost = false;
  let isTold = false;
  /** Over, or cut: then the server puts the start back, and the next command begins a new hold. */
  const over = () => {
    // This client gives up its id before it ends a hold.
    isLost ||= id !== undefined && !isTold;
    id = undefined;
  };
  const loss = () => {
    isLost = false;
    return new Disconnected(
      `the line to ${connection.url} was cut in between: its server puts back what was found there at the beginning`,
      { hint: 'what was set since is lost; begin again' },
    );
  };

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
          over();
          resolve(text);
        },
        (error) => {
          over();
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
      if (id === undefined) {
        id = await begin();
        isTold = false;
      }
      if (isLost) throw loss();
      return { 'Semfocus-Hold': id };
    },
    lossIsTold() {
      isTold = true;
      isLost = false;
    },
    async end() {
      if (isLost) throw loss();
      const hold = id;
      id = undefined;
      if (hold !== undefined) {
        await connection.json('/hold/end', { body: { hold }, isRepeatable: true });
      }
    },
  };
}
