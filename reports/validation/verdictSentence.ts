import { groupedBy } from '../../harness/statistics/index.ts';
import { agreementLimits, type Validation } from '../../harness/validation/index.ts';

/** The verdict, with R and s, and what chance makes of R. */
export function verdictSentence({ r, scale, preset, verdict, rOfSimulated }: Validation): string {
  if (r === null || scale === null) {
    return 'No method gave a reading of the real frames that can be compared with three simulated ones or more.';
  }
  // Rounded to the limit itself it would not say on which side of it R lies.
  const digits = Math.abs(r - agreementLimits.r) < 0.005 ? 3 : 2;
  const figures = `R = ${r.toFixed(digits)} (at most ${agreementLimits.r}) and s = ${scale.toFixed(3)} (1 ± ${agreementLimits.scale})`;
  const further = rOfSimulated.filter((other) => other >= r).length;
  const chance =
    rOfSimulated.length === 0
      ? ''
      : ` R is as large for ${further} of ${rOfSimulated.length} simulated seeds in place of the real frames.`;
  return `${preset} ${verdict === 'predicted' ? 'predicts' : 'does not predict'} what the methods read on the real frames: ${figures}.${chance}`;
}

/** What a reader has to know to believe the verdict; a sentence each. */
export function caveats({ states, noise, readings }: Validation): readonly string[] {
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
    ...declines(readings),
  ];
}

/** Rates that differ by more are not those of chance alone. */
const unlikeBy = 0.5;

/** Methods that decline real pairs much more, or much less, than simulated ones. */
function declines(readings: Validation['readings']): readonly string[] {
  return [...groupedBy(readings, ({ algorithm }) => algorithm)].flatMap(([algorithm, of]) => {
    const real = of.filter((reading) => 'declined' in reading.real).length;
    const simulated = of.reduce((sum, reading) => sum + reading.simulated.declined, 0);
    const asked = of.reduce((sum, reading) => sum + reading.simulated.answers.length, 0);
    return Math.abs(real / of.length - simulated / asked) > unlikeBy
      ? [
          `${algorithm} declined ${real} of ${of.length} real pairs and ${simulated} of ${asked} simulated ones.`,
        ]
      : [];
  });
}
