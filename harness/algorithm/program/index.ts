export { inspectProgram, type ProgramIdentity } from './inspectProgram.ts';
export * from './oneThreadEnvironment.ts';
export * from './ProgramHost.ts';
export * from './ProgramRegister.ts';
export { type ProgramSource, programPrefix, programSource } from './ProgramSource.ts';
export * from './programEntry.ts';
