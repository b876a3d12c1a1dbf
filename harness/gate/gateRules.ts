import { z } from 'zod';
import { metricNamed, metricNames } from './metrics.ts';
import { stratumAxes, stratumSchema } from './stratum.ts';

const ruleSchema = z
  .strictObject({
    metric: z.enum(metricNames),
    /** Over these trajectories; over all where left out. */
    stratum: stratumSchema.optional(),
    /** A row for each value of these axes where several occur, in place of one over all. */
    each: z.array(z.enum(stratumAxes)).optional(),
    /** Which way is better; must be the metric's own, and is written down for the reader. */
    direction: z.enum(['higher-is-better', 'lower-is-better']),
    /**
     * Largest difference by which the candidate may be worse, in the unit of the metric: shares as
     * fractions (0.05 is 5 points), ratios as fractions of the baseline.
     */
    margin: z.number().positive(),
    /** The same as a fraction of the baseline's value; the larger of the two holds. */
    relativeMargin: z.number().positive().optional(),
    /** Smaller differences are within noise, whatever their p. At most the margin. */
    floor: z.number().min(0),
    /** `warn`: never fails the gate, also not for missing evidence (a rule on trial). */
    severity: z.enum(['fail', 'warn']),
    /** Pairs below which the rule is not evaluated. */
    minN: z.number().int().min(1),
    /** Limit of the candidate's own value, independent of the baseline. */
    absoluteLimit: z.number().optional(),
    /** Effect of an interval that includes the margin, without a proven difference. */
    inconclusive: z.enum(['fail', 'warn']),
  })
  .superRefine(({ metric, direction, floor, margin }, context) => {
    const { better } = metricNamed(metric);
    if (direction !== `${better}-is-better`) {
      context.addIssue({
        code: 'custom',
        path: ['direction'],
        message: `must be "${better}-is-better", the direction of ${metric}`,
      });
    }
    if (floor > margin) {
      context.addIssue({
        code: 'custom',
        path: ['floor'],
        message: `must be at most the margin, ${margin}`,
      });
    }
  });
export type GateRule = z.infer<typeof ruleSchema>;

/** The rules that a candidate must pass before its release. */
export const gateRulesSchema = z.strictObject({
  $schema: z.string().optional(),
  schema: z.literal(1),
  name: z.string(),
  /** One or two sentences for readers who do not know the rules. */
  description: z.string(),
  /**
   * Probability with which an unchanged candidate fails, at most, over all rules. One half goes to
   * the tests (Holm), one half to rules that fail what stays inconclusive.
   */
  familyErrorRate: z.number().positive().max(0.5),
  /** What `npm run study:alarms` counted with these rules: comparisons of one network with itself. */
  falseAlarms: z
    .strictObject({
      model: z.string(),
      modelSha256: z.string().regex(/^[0-9a-f]{64}$/),
      physicsVersion: z.string(),
      comparisons: z.number().int().min(1),
      failed: z.number().int().min(0),
      undecided: z.number().int().min(0),
    })
    .optional(),
  rules: z.array(ruleSchema).min(1),
});
export type GateRules = z.infer<typeof gateRulesSchema>;

/** The JSON Schema of rules files, for editors. */
export function gateRulesJsonSchema(): object {
  return {
    ...z.toJSONSchema(gateRulesSchema, { io: 'input' }),
    title: 'semfocus gate rules',
    description:
      'Metrics in which a candidate must not be worse than its baseline, with their margins.',
  };
}
