export { agreementLimits } from './agreementOf.ts';
export { compareReadings } from './compareReadings.ts';
export { signalToNoise } from './signalToNoise.ts';
export type {
  Answer,
  Spread,
  ValidatedPair,
  ValidatedReading,
  Validation,
  ValidationVerdict,
} from './Validation.ts';
