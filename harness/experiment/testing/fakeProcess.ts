import type { ProcessProvenance } from '../../record/index.ts';

/** A process that might have computed records, for tests of storing and merging. */
export function fakeProcess(changes: Partial<ProcessProvenance> = {}): ProcessProvenance {
  return {
    planHash: 'of a plan',
    semfocusVersion: '1.2.3',
    sourceSha256: 'of sources',
    commandLine: ['run', 'fake'],
    startedAt: '2024-02-29T12:00:00.000Z',
    nodeVersion: 'v20.20.2',
    v8Version: '11.3',
    os: 'Linux 6',
    cpuArchitecture: 'x64',
    cpuModel: 'a processor',
    cpuCount: 2,
    ramGiB: 8,
    hostnameHash: 'of a machine',
    workers: 1,
    ...changes,
  };
}
