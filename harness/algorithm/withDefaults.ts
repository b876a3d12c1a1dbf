import { unknownName } from '../config/index.ts';
import { ConfigError } from '../microscope/index.ts';
import type { Json } from './AutofocusAlgorithm.ts';

/** Parameters by their names. */
export interface Parameters {
  readonly [name: string]: Json;
}

/**
 * The parameters of a user's own algorithm: its defaults, replaced by the given values.
 *
 * @param whose - What messages call it.
 * @throws ConfigError for a name that has no default, and for a value of another kind than its.
 */
export function withDefaults(
  defaults: Parameters,
  given: Json | undefined,
  whose: string,
): Parameters {
  if (given === undefined) return defaults;
  if (!isObject(given)) {
    throw new ConfigError(`parameters of ${whose} must be an object. Received ${kindOf(given)}`);
  }
  for (const [name, value] of Object.entries(given)) {
    const standard = defaults[name];
    if (!Object.hasOwn(defaults, name) || standard === undefined) {
      throw unknownName(`parameters of ${whose}: field`, name, Object.keys(defaults));
    }
    // A default of null says nothing of what may stand in its place.
    if (standard !== null && kindOf(value) !== kindOf(standard)) {
      throw new ConfigError(
        `parameters of ${whose}: ${name} must be ${article[kindOf(standard)]} as its default, ${JSON.stringify(standard)}. Received ${JSON.stringify(value)}`,
      );
    }
  }
  return { ...defaults, ...given };
}

/**
 * Half the difference of the two working distances of a pair, um: a parameter of every algorithm
 * that works on pairs.
 *
 * @throws ConfigError unless it is a number above 0.
 */
export function perturbationUmOf({ perturbationUm }: Parameters, whose: string): number {
  if (typeof perturbationUm === 'number' && perturbationUm > 0) return perturbationUm;
  throw new ConfigError(
    `parameters of ${whose}: perturbationUm must be a number above 0 um. Received ${JSON.stringify(perturbationUm) ?? 'nothing'}`,
    { hint: 'every algorithm that works on pairs has this parameter and a default for it' },
  );
}

function isObject(value: Json): value is Parameters {
  return kindOf(value) === 'object';
}

type Kind = 'null' | 'boolean' | 'number' | 'string' | 'list' | 'object';
const article: Readonly<Record<Kind, string>> = {
  null: 'null',
  boolean: 'true or false',
  number: 'a number',
  string: 'text',
  list: 'a list',
  object: 'an object',
};

function kindOf(value: Json): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value as Kind;
}
