import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a run of the program came to. */
export interface Ended {
  /** Exit code, or the name of the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

const program = fileURLToPath(new URL('../semfocus.js', import.meta.url));

/** Starts the real program in a folder. */
export function startSemfocus(
  folder: string,
  args: readonly string[],
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const env = { ...process.env, NO_COLOR: '1' };
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal ?? '', stdout, stderr }));
  });
  return { child, ended };
}

/** Runs the real program to its end. */
export function semfocus(folder: string, ...args: string[]): Promise<Ended> {
  return startSemfocus(folder, args).ended;
}
