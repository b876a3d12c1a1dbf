import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { makeTemporaryFolder } from '../../harness/files/index.ts';
import { endPrograms, programMark } from '../../harness/program/index.ts';

export const startScript = fileURLToPath(new URL('./start.js', import.meta.url));

/** A folder of this process for programs that it starts. */
export interface ProgramFolder {
  readonly folder: string;
  /** Kills all that still runs, also what threads that are gone have started; removes the folder. */
  close(): void;
}

/**
 * Makes the folder, and sees to it that no program outlives this process, however it ends.
 *
 * @param graceMs - For programs to leave by themselves once this process has ended: their input ends
 *   with it.
 */
export function openProgramFolder(graceMs: number): ProgramFolder {
  const folder = makeTemporaryFolder();
  const dismiss = startWatchdog(folder, graceMs);
  const sweep = (): void => endPrograms(folder);
  if (graceMs === 0) process.on('exit', sweep);
  return {
    folder,
    close() {
      process.off('exit', sweep);
      sweep();
      dismiss();
    },
  };
}

/**
 * A process that outlives this one, however it ends (`kill -9`), for long enough to end the programs
 * that it leaves behind.
 *
 * @returns what sends it away.
 */
function startWatchdog(folder: string, graceMs: number): () => void {
  const watchdog = spawn(process.execPath, [startScript, 'watchdog', folder, String(graceMs)], {
    detached: true,
    // Without the mark that it would carry where semfocus itself is started by a program.
    env: { ...process.env, [programMark]: '' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without one, all but the last rescue works.
  watchdog.on('error', () => {}).unref();
  const { stdin } = watchdog;
  stdin.on('error', () => {});
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return () => stdin.destroy();
}
