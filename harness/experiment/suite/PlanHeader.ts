import { z } from 'zod';
import type { Json } from '../../algorithm/index.ts';
import { canonicalJson, recordSchemaVersion, scenarioSchema } from '../../record/index.ts';
import type { Plan } from './planSuite.ts';
import { suiteSchema } from './Suite.ts';

/** `plan.json`: what a folder of records holds, or will hold once it is complete. */
export const planHeaderSchema = z.strictObject({
  schema: z.literal(recordSchemaVersion),
  planHash: z.string(),
  physicsVersion: z.string(),
  /** Public name of the secret of which the seed is made: reports give it in place of the seed. */
  seedBank: z.string().optional(),
  /** With the overrides of the command line in it. */
  suite: suiteSchema,
  /** The algorithms with every parameter filled in. */
  algorithms: z.array(scenarioSchema.shape.algorithm),
  /** The one that the trajectories run on, where it is no simulation of the run's own. */
  instrument: scenarioSchema.shape.instrument,
  specimenFile: scenarioSchema.shape.specimen.shape.file,
  /** The one given in place of the presets', or told of the instrument. */
  calibration: scenarioSchema.shape.calibration.optional(),
  /** Keys of all trajectories, in the order of the plan. */
  keys: z.array(z.string()),
});
export type PlanHeader = z.infer<typeof planHeaderSchema>;

/** The header of a plan's folder, its fields in the order of the schema wherever it comes from. */
export function planHeader({
  suite,
  scenarios,
  keys,
  planHash,
  physicsVersion,
  seedBank,
}: Plan): PlanHeader {
  const algorithms = new Map(
    scenarios.map(({ algorithm }) => [canonicalJson({ ...algorithm } as Json), algorithm]),
  );
  const [first] = scenarios;
  const specimenFile = first?.specimen.file;
  const instrument = first?.instrument;
  const isOwn = first?.calibrationSource !== 'given' && instrument === undefined;
  const calibration = isOwn ? undefined : first?.calibration;
  return planHeaderSchema.parse({
    schema: recordSchemaVersion,
    planHash,
    physicsVersion,
    ...(seedBank !== undefined && { seedBank }),
    suite,
    algorithms: [...algorithms.values()],
    ...(instrument && { instrument }),
    ...(specimenFile && { specimenFile }),
    ...(calibration !== undefined && { calibration }),
    keys: [...keys],
  });
}

/** In one line, the differences of `current` from the earlier plan. */
export function describePlanDifference(stored: PlanHeader, current: PlanHeader): string {
  const before = leaves(compared(stored));
  const after = leaves(compared(current));
  const paths = new Set([...before.keys(), ...after.keys()]);
  const differences = [...paths]
    .filter((path) => before.get(path) !== after.get(path))
    .map(
      (path) => `${path} was ${before.get(path) ?? 'absent'}, is ${after.get(path) ?? 'absent'}`,
    );
  if (differences.length === 0) return 'the same settings led to other trajectories';
  const more = differences.length > 4 ? `; and ${differences.length - 4} more` : '';
  return differences.slice(0, 4).join('; ') + more;
}

/** The fields that a difference may name, without the texts of a suite and the hashes. */
function compared(header: PlanHeader) {
  const { physicsVersion, suite, algorithms, instrument, specimenFile, calibration } = header;
  const { title: _title, description: _description, ...settings } = suite;
  return { physicsVersion, suite: settings, algorithms, instrument, specimenFile, calibration };
}

function leaves(value: unknown, path = '', found = new Map<string, string>()): typeof found {
  if (value === undefined) return found;
  if (typeof value !== 'object' || value === null) return found.set(path, JSON.stringify(value));
  for (const [key, item] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${key}]` : path === '' ? key : `.${key}`;
    leaves(item, path + step, found);
  }
  return found;
}
