export { type FocusOutcome, focusMicroscope, type Witnesses } from './focusMicroscope.ts';
export type { LookBack } from './lookBack.ts';
export { openSession, type Session } from './openSession.ts';
export { takeSteps } from './takeSteps.ts';
