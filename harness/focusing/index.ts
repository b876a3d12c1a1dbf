export { type FocusOutcome, focusMicroscope } from './focusMicroscope.ts';
export { takeSteps } from './takeSteps.ts';
