import { main } from '../main.ts';
import type { Ended } from './semfocus.ts';

/**
 * Runs the command line in this process, where starting one for every case of a long table would
 * take long. Relative paths are those of this process.
 */
export async function inProcess(
  ...args: string[]
): Promise<Ended & { readonly shown: readonly string[] }> {
  let stdout = '';
  let stderr = '';
  const shown: string[] = [];
  const code = await main(args, {
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
    width: undefined,
    outColour: false,
    errIsTerminal: false,
    errWidth: undefined,
    show: async (file) => {
      shown.push(file);
    },
  });
  return { code, stdout, stderr, shown };
}
