export { cleanText } from './cleanText.ts';
export { commandTitle, commandWords, helloByHand, programPrefix } from './commandWords.ts';
export { endPrograms, programMark, runningPrograms } from './endPrograms.ts';
export { ProgramError } from './JsonLinesProgram.ts';
export type { ProgramHost } from './ProgramHost.ts';
export { shellQuoted } from './shellQuoted.ts';
export { type StartedProgram, startProgram } from './startProgram.ts';
