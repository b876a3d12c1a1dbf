export { openProgramMicroscope } from './openProgramMicroscope.ts';
