import { z } from 'zod';
import { diagnosticsSchema, reasonSchema } from '../estimateAnswer.ts';
import { userNameSchema } from '../userName.ts';

/** Raised when a program that followed the last one would no longer do. */
export const programProtocol = 1;

/** The answer to `hello`. */
export const helloSchema = z.strictObject({
  protocol: z.literal(programProtocol),
  name: userNameSchema,
  /** Raised whenever answers can change in a way that its files do not show. */
  version: z.string().min(1).max(60),
  summary: z.string().max(300).default(''),
  /** `pair`: two frames in, a correction out. `free`: asks for frames and sets the focus itself. */
  kind: z.enum(['pair', 'free']),
  /** Every parameter with its default; `perturbationUm` among them where it works on pairs. */
  parameters: z.record(z.string(), z.json()).default({}),
  /** Files beside those of the command whose content decides: modules, weights. */
  files: z.array(z.string()).max(1000).default([]),
});
export type ProgramHello = z.infer<typeof helloSchema>;

const positive = z.number().positive();
const whole = z.number().int();
const sd = z.number().min(0);
const focusChange = z.strictObject({
  workingDistanceUm: z.number(),
  stigmatorX: z.number(),
  stigmatorY: z.number(),
});

/** What a free program may ask for, by the word in `do`. */
export const requestSchemas = {
  describe: z.strictObject({ do: z.literal('describe') }),
  readFocus: z.strictObject({ do: z.literal('readFocus') }),
  writeFocus: z.strictObject({
    do: z.literal('writeFocus'),
    focus: z.strictObject({
      workingDistanceUm: z.number().optional(),
      stigmatorX: z.number().optional(),
      stigmatorY: z.number().optional(),
    }),
  }),
  /** The frame of the scenario, or a part of it, or another one. */
  acquire: z.strictObject({
    do: z.literal('acquire'),
    width: whole.positive().optional(),
    height: whole.positive().optional(),
    pixelSizeNm: positive.optional(),
    dwellTimeNs: positive.optional(),
    region: z
      .strictObject({
        x: whole.min(0),
        y: whole.min(0),
        width: whole.positive(),
        height: whole.positive(),
      })
      .optional(),
  }),
  readStage: z.strictObject({ do: z.literal('readStage') }),
  moveStage: z.strictObject({
    do: z.literal('moveStage'),
    stage: z.strictObject({ xUm: z.number(), yUm: z.number() }),
  }),
  blankBeam: z.strictObject({ do: z.literal('blankBeam'), blanked: z.boolean() }),
  /**
   * Ends an iteration. What it changed and what it cost is seen from outside; what a program says of
   * that itself is compared and not believed.
   */
  step: z.strictObject({
    do: z.literal('step'),
    correctionSd: z
      .strictObject({ workingDistanceUm: sd, stigmatorX: sd, stigmatorY: sd })
      .optional(),
    declined: reasonSchema.optional(),
    diagnostics: diagnosticsSchema.optional(),
    iteration: z.number().optional(),
    correction: focusChange.optional(),
    focus: focusChange.optional(),
    framesUsed: z.number().optional(),
  }),
  /** Nothing is left to do. */
  end: z.strictObject({ do: z.literal('end') }),
} as const;

/** Something that a free program asks for. */
export type ProgramRequest = {
  [Name in keyof typeof requestSchemas]: z.infer<(typeof requestSchemas)[Name]>;
}[keyof typeof requestSchemas];

/** What any program may say in place of an answer: it cannot go on, and why. */
export const programErrorSchema = z.strictObject({
  error: reasonSchema,
  /** What to do. */
  hint: reasonSchema.optional(),
  /** True if the reason is the last refusal of the microscope, which it lets through. */
  isRefusal: z.boolean().optional(),
});
