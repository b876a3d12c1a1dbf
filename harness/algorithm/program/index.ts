export { inspectProgram, type ProgramIdentity } from './inspectProgram.ts';

export type { ProgramHost } from './ProgramHost.ts';
export { ProgramRegister } from './ProgramRegister.ts';
export { type ProgramSource, programPrefix, programSource } from './ProgramSource.ts';
export { programEntry } from './programEntry.ts';
