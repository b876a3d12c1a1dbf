import { agreementLimits, type Validation } from '../../harness/validation/index.ts';

/** The verdict in a sentence, with R and s. */
export function verdictSentence({ r, scale, preset, verdict }: Validation): string {
  if (r === null || scale === null) {
    return 'No method gave a reading of the real frames that can be compared with three simulated ones or more.';
  }
  const figures = `R = ${r.toFixed(2)} (at most ${agreementLimits.r}) and s = ${scale.toFixed(3)} (1 ± ${agreementLimits.scale})`;
  return verdict === 'predicted'
    ? `${preset} predicts what the methods read on the real frames: ${figures}.`
    : `${preset} does not predict what the methods read on the real frames: ${figures}.`;
}

/** What a reader has to know to believe the verdict; a sentence each. */
export function caveats({ states, noise, readings, seeds }: Validation): readonly string[] {
  const unlike = readings.filter(
    ({ real, simulated }) =>
      'declined' in real !== simulated.declined > simulated.answers.length / 2,
  );
  return [
    ...(states.workingDistance === 'inferred'
      ? [
          'The series does not name the focus. It was taken to be where the methods see it, so that s says little, and readings are compared with the settings by their differences.',
        ]
      : []),
    ...(states.astigmatism === 'inferred'
      ? ['The astigmatism is not stated. It was taken to be the median of what the methods read.']
      : []),
    ...(noise.isMatched
      ? []
      : [
          `The noise could not be matched: signal over noise is ${noise.real.toFixed(2)} in the real frames and ${noise.simulated.toFixed(2)} in the simulated ones.`,
        ]),
    ...unlike.map(
      ({ algorithm, real, simulated }) =>
        `${algorithm} ${'declined' in real ? 'declined the real frames' : 'answered to the real frames'} and declined ${simulated.declined} of ${seeds.count} simulated pairs.`,
    ),
  ];
}
