import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { killMarked, programMark } from './endPrograms.ts';
import { JsonLinesProgram } from './JsonLinesProgram.ts';
import { oneThreadEnvironment } from './oneThreadEnvironment.ts';

/** A running program with a folder of its own. */
export interface StartedProgram {
  readonly program: JsonLinesProgram;
  /** For what is handed over; marks the program and all that it starts. */
  readonly folder: string;
  /** Kills it, whatever it is doing, with all that it has started, and removes its folder. */
  close(): Promise<void>;
}

/**
 * Starts a program.
 *
 * @param words - The command and its arguments; at least one.
 * @param options.parent - Where its folder is made, and where it is entered while it runs.
 * @param options.hasOwnChannel - True if it speaks on its file descriptor 3.
 */
export async function startProgram(
  words: readonly string[],
  {
    title,
    parent,
    hasOwnChannel = false,
  }: { readonly title: string; readonly parent: string; readonly hasOwnChannel?: boolean },
): Promise<StartedProgram> {
  const [command = '', ...args] = words;
  const folder = await mkdtemp(join(parent, 'program-'));
  const program = new JsonLinesProgram(command, args, {
    ...{ title, hasOwnChannel, folder: parent },
    // The user has set them on purpose.
    environment: { ...oneThreadEnvironment, ...ownThreadSettings(), [programMark]: folder },
  });
  return {
    program,
    folder,
    async close() {
      program.close();
      killMarked(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function ownThreadSettings(): Record<string, string> {
  return Object.fromEntries(
    Object.keys(oneThreadEnvironment).flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
