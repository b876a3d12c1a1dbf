export { claimsFocus } from './claimsFocus.ts';
export { type FocusOutcome, focusMicroscope, type Witnesses } from './focusMicroscope.ts';
export { judgementOf } from './judgementOf.ts';
export { type LookBack, lookBack } from './lookBack.ts';
export { openSession, type Session } from './openSession.ts';
export { takeSteps } from './takeSteps.ts';
