import { z } from 'zod';
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
  let id: string | undefined = await begin();

  async function begin(): Promise<string> {
    const lines = await connection.stream('/hold/begin', { body: {} });
    let text = '';
    while (!text.includes('\n')) {
      const { value, done } = await lines.read();
      if (done) break;
      text += Buffer.from(value).toString('utf8');
    }
    const [line = ''] = text.split('\n');
    const parsed = firstLine.safeParse(line.startsWith('{') ? JSON.parse(line) : undefined);
    if (!parsed.success) {
      throw new DeviceError('/hold/begin answered in a form that is not known', { code: 'answer' });
    }
    const { hold } = parsed.data;
    void watch(lines, hold);
    return hold;
  }
  /** Reads on, so that the line stays open, until it ends. */
  async function watch(
    lines: ReadableStreamDefaultReader<Uint8Array>,
    hold: string,
  ): Promise<void> {
    try {
      while (!(await lines.read()).done);
    } catch {
      // Cut: the server puts the start back, and the next command begins a new hold.
    }
    if (id === hold) id = undefined;
  }

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
