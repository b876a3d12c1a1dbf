import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Set for every program to a folder of its own, and inherited by all that it starts. */
export const programMark = 'SEMFOCUS_PROGRAM';

/** The name of a file that stands for a running program. */
const fileOf = (pid: number) => `${pid}.pid`;

/**
 * Enters a program that leads a group of its own, so that others than the thread that has started it
 * can end it: a thread that is ended from outside ends none of its child processes, and a process that
 * is killed ends none either.
 *
 * @param folder - Of all programs of a command.
 */
export function enterProgram(folder: string, pid: number): void {
  writeFileSync(join(folder, fileOf(pid)), '');
}

/** Of a program that has ended. */
export function removeProgram(folder: string, pid: number): void {
  rmSync(join(folder, fileOf(pid)), { force: true });
}

/** The process numbers of the programs that are entered. */
export function runningPrograms(folder: string): readonly number[] {
  return namesIn(folder).flatMap((name) => {
    const pid = Number(/^(\d+)\.pid$/.exec(name)?.[1]);
    return pid > 0 ? [pid] : [];
  });
}

/** Kills every program of a command with all that it has started, and removes their folder. */
export function endPrograms(folder: string): void {
  for (const pid of runningPrograms(folder)) killGroup(pid);
  killMarked(`${folder}${sep}`, 'beginning');
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Kills a process that leads a group of its own, and the group; on a system without process groups
 * the process alone. One that is gone is no error.
 */
export function killGroup(pid: number): void {
  kill(process.platform === 'win32' ? pid : -pid);
}

/** A process that starts others while it is killed needs another look; more than this it cannot do. */
const mostLooks = 20;

/**
 * Kills every process that carries a mark, also one that has left the group of its program
 * (`setsid`). On Linux alone, where the environment that a process was started with can be read;
 * one that was started without it (`env -i`) is not found.
 *
 * @param mark - The value of {@link programMark}, or its beginning.
 */
export function killMarked(mark: string, whole: 'whole' | 'beginning' = 'whole'): void {
  if (process.platform !== 'linux') return;
  const wanted = `\0${programMark}=${mark}${whole === 'whole' ? '\0' : ''}`;
  for (let look = 0; look < mostLooks; look++) {
    const found = namesIn('/proc').filter(
      (name) => /^\d+$/.test(name) && environmentOf(name).includes(wanted),
    );
    if (found.length === 0) return;
    for (const pid of found) kill(Number(pid));
  }
}

/** Empty where the process is gone or belongs to another user. */
function environmentOf(pid: string): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
  } catch {
    return '';
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
