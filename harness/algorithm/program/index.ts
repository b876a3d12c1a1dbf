export { AlgorithmProgram } from './AlgorithmProgram.ts';
export { cleanText } from './cleanText.ts';
export { inspectProgram, type ProgramIdentity } from './inspectProgram.ts';
export type { ProgramHost } from './ProgramHost.ts';
export { type ProgramSource, programPrefix, programSource } from './ProgramSource.ts';
export { programEntry } from './programEntry.ts';
export { type ProgramHello, programProtocol } from './protocol.ts';
export { sha256OfFile } from './sha256OfFile.ts';
