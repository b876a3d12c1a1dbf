export * from './correctByProgram.ts';
export * from './inspectProgram.ts';
export * from './JsonLinesProgram.ts';
export * from './oneThreadEnvironment.ts';
export * from './ProgramHost.ts';
export * from './ProgramRegister.ts';
export * from './ProgramSource.ts';
export * from './programEntry.ts';
