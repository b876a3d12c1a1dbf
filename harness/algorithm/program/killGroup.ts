/**
 * Kills a process that leads a group of its own, and the group; on a system without process groups
 * the process alone. One that is gone is no error.
 */
export function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
