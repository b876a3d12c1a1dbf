import { z } from 'zod';
import { suiteSchema } from './Suite.ts';

/** The JSON Schema of suite files, for editors: `"$schema"` in a suite may point to it. */
export function suiteJsonSchema(): object {
  return {
    ...z.toJSONSchema(suiteSchema, { io: 'input' }),
    title: 'semfocus suite',
    description:
      'Algorithms, starts, specimens and repetitions of an experiment. Every number has a unit.',
  };
}
