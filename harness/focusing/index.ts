export { type FocusOutcome, focusMicroscope } from './focusMicroscope.ts';
export { openSession, type Session } from './openSession.ts';
export { takeSteps } from './takeSteps.ts';
