import { z } from 'zod';
import { readConfigFile } from '../../harness/config/index.ts';
import type { FocusLimits, GuardOptions } from '../../harness/microscope/index.ts';

const um = z.number().positive().meta({ unit: 'um' });
const stigmator = z.number().positive().meta({ unit: 'stigmator units' });

/** A limits file: what a facility allows at one instrument. What is left out is not limited by it. */
const limitsSchema = z.strictObject({
  schema: z.literal(1),
  /** Largest change from the start, either way. */
  fromStart: z
    .strictObject({ workingDistanceUm: um.optional(), stigmator: stigmator.optional() })
    .optional(),
  /** Largest single change. */
  step: z
    .strictObject({ workingDistanceUm: um.optional(), stigmator: stigmator.optional() })
    .optional(),
  /** Largest dose of a place. */
  doseElectronsPerNm2: z.number().positive().meta({ unit: 'electrons/nm^2' }).optional(),
});

/** The options that limit a command; each wins over the file. */
export interface LimitFlags {
  /** The limits file. */
  readonly limits?: string;
  readonly limitWd?: number;
  readonly limitStig?: number;
  readonly stepLimitWd?: number;
  readonly stepLimitStig?: number;
  readonly doseLimit?: number;
}

/** What the guard of a command enforces. */
export type GuardRules = Pick<GuardOptions, 'limits' | 'stepLimits' | 'doseBudgetElectronsPerNm2'>;

/**
 * The rules of a command: its flags, else the limits file, else its own.
 *
 * @param own.usual - Where neither flag nor file says otherwise.
 * @param own.needed - The same, and no file allows more: the command has no use for it.
 * @throws ConfigError if the file cannot be read or does not fit.
 */
export async function guardRules(
  flags: LimitFlags,
  own: { readonly usual: FocusLimits } | { readonly needed: FocusLimits },
): Promise<GuardRules> {
  const file =
    flags.limits === undefined
      ? undefined
      : await readConfigFile(limitsSchema, flags.limits, 'limits');
  const allowed = (name: keyof FocusLimits): number => {
    const given = file?.fromStart?.[name];
    if ('usual' in own) return given ?? own.usual[name];
    return Math.min(given ?? Number.POSITIVE_INFINITY, own.needed[name]);
  };
  const limits = {
    workingDistanceUm: flags.limitWd ?? allowed('workingDistanceUm'),
    stigmator: flags.limitStig ?? allowed('stigmator'),
  };
  const stepWd = flags.stepLimitWd ?? file?.step?.workingDistanceUm;
  const stepStig = flags.stepLimitStig ?? file?.step?.stigmator;
  const dose = flags.doseLimit ?? file?.doseElectronsPerNm2;
  return {
    limits,
    ...((stepWd !== undefined || stepStig !== undefined) && {
      // Twice the reach is no limit: any two states inside lie nearer to each other.
      stepLimits: {
        workingDistanceUm: stepWd ?? 2 * limits.workingDistanceUm,
        stigmator: stepStig ?? 2 * limits.stigmator,
      },
    }),
    ...(dose !== undefined && { doseBudgetElectronsPerNm2: dose }),
  };
}

/** The rules in words, for the head of a report. */
export function guardText(
  { limits, stepLimits, doseBudgetElectronsPerNm2: dose }: GuardRules,
  stigmatorUnit: string,
): string {
  const both = ({ workingDistanceUm, stigmator }: FocusLimits) =>
    `${workingDistanceUm} µm and ${stigmator} ${stigmatorUnit}`;
  return `guard: ${[
    `within ${both(limits)} of the start`,
    ...(stepLimits === undefined ? [] : [`steps of at most ${both(stepLimits)}`]),
    dose === undefined ? 'no dose limit' : `at most ${dose} e/nm²`,
  ].join(', ')}`;
}
