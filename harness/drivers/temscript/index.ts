export { openTemscriptMicroscope } from './openTemscriptMicroscope.ts';
