export {
  endPrograms,
  enterProgram,
  killGroup,
  killMarked,
  programMark,
  removeProgram,
  runningPrograms,
} from './endPrograms.ts';
