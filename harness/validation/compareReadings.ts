import { mean, sampleSd } from '../statistics/index.ts';
import { agreementLimits, agreementOf, type Compared, insideRange } from './agreementOf.ts';
import type {
  Answer,
  Spread,
  ValidatedPair,
  ValidatedReading,
  Validation,
  ValidationVerdict,
} from './Validation.ts';

/** What was asked: a method, a pair, and the answers to the real frames and to those of each seed. */
export interface Asked {
  readonly algorithm: string;
  readonly pair: number;
  readonly real: Answer;
  readonly simulated: readonly Answer[];
}

/** Fewer simulated readings say nothing of their spread. */
const leastReadings = 3;

/**
 * Compares real answers with simulated ones, and with what the settings ask for.
 *
 * @param isStated - Whether the states of the pairs are those that the manifest states.
 */
export function compareReadings(
  asked: readonly Asked[],
  pairs: readonly ValidatedPair[],
  isStated: boolean,
): Pick<Validation, 'readings' | 'r' | 'scale' | 'verdict' | 'rOfSimulated'> {
  const compared = comparable(asked);
  const agreement = agreementOf(compared);
  const zOf = new Map(compared.map(({ one }, i) => [one, agreement?.z[i] ?? null]));
  const readings = asked.map((one): ValidatedReading => {
    const read = one.simulated.filter((answer) => 'zUm' in answer);
    const spread = (key: 'zUm' | 'aUm' | 'bUm') => spreadOf(read.map((answer) => answer[key]));
    const z = zOf.get(one) ?? null;
    return {
      algorithm: one.algorithm,
      pair: one.pair,
      real: one.real,
      offKnobsUm: offKnobsUm(one, asked, pairs, isStated),
      simulated: {
        answers: one.simulated,
        workingDistanceUm: spread('zUm'),
        aUm: spread('aUm'),
        bUm: spread('bUm'),
        inside:
          read.length < leastReadings
            ? null
            : insideRange(
                read.map(({ zUm }) => zUm),
                agreement?.scale ?? 1,
              ),
        declined: one.simulated.length - read.length,
      },
      z,
      isInside: z === null ? null : Math.abs(z) < agreementLimits.z,
    };
  });
  const [r, scale] = [agreement?.r ?? null, agreement?.scale ?? null];
  return { readings, r, scale, verdict: verdictOf(r, scale), rOfSimulated: rOfSimulated(compared) };
}

/** Readings of the real frames that have simulated ones to be compared with. */
function comparable(asked: readonly Asked[]): readonly (Compared & { readonly one: Asked })[] {
  return asked.flatMap((one) => {
    const simulated = one.simulated.flatMap((answer) => ('zUm' in answer ? [answer.zUm] : []));
    return 'zUm' in one.real && simulated.length >= leastReadings
      ? [{ one, real: one.real.zUm, simulated }]
      : [];
  });
}

/** R of each simulated seed, taken for the real frames and compared with the others, over what was compared: what chance makes of a perfect simulator. */
function rOfSimulated(compared: readonly { readonly one: Asked }[]): readonly number[] {
  const asked = compared.map(({ one }) => one);
  const seeds = Math.max(0, ...asked.map(({ simulated }) => simulated.length));
  return Array.from({ length: seeds }, (_, seed) => {
    const taken = asked.flatMap((one) => {
      const real = one.simulated[seed];
      return real === undefined
        ? []
        : [{ ...one, real, simulated: one.simulated.toSpliced(seed, 1) }];
    });
    return agreementOf(comparable(taken))?.r;
  }).filter((r) => r !== undefined);
}

function verdictOf(r: number | null, scale: number | null): ValidationVerdict {
  if (r === null || scale === null) return 'undecided';
  const isPredicted = r <= agreementLimits.r && Math.abs(scale - 1) <= agreementLimits.scale;
  return isPredicted ? 'predicted' : 'not predicted';
}

function spreadOf(values: readonly number[]): Spread | null {
  return values.length < leastReadings ? null : { mean: mean(values), sd: sampleSd(values) };
}

function offKnobsUm(
  { algorithm, pair, real }: Asked,
  asked: readonly Asked[],
  pairs: readonly ValidatedPair[],
  isStated: boolean,
): number | null {
  const here = pairs[pair];
  if (!('zUm' in real) || here === undefined) return null;
  // A correction undoes the state: their sum is the error.
  const error = real.zUm + here.state.zUm;
  if (isStated) return error;
  const errors = asked.flatMap((other) => {
    const there = pairs[other.pair];
    const isOfPlace = other.algorithm === algorithm && there?.place === here.place;
    return isOfPlace && 'zUm' in other.real && there !== undefined
      ? [other.real.zUm + there.state.zUm]
      : [];
  });
  return errors.length < 2 ? null : error - mean(errors);
}
