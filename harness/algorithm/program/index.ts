export { AlgorithmProgram } from './AlgorithmProgram.ts';
export { inspectProgram, type ProgramIdentity } from './inspectProgram.ts';
export { type ProgramSource, programSource } from './ProgramSource.ts';
export { programEntry } from './programEntry.ts';
export { type ProgramHello, programProtocol } from './protocol.ts';
export { sha256OfFile } from './sha256OfFile.ts';
