import { z } from 'zod';
import type { MicroscopeDescription, ParameterName } from './MicroscopeDescription.ts';

const parameterSchema = z.strictObject({
  unit: z.string(),
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
  step: z.number().positive().exactOptional(),
  choices: z.array(z.number()).min(1).exactOptional(),
  settleTimeS: z.number().min(0).meta({ unit: 's' }),
  settable: z.boolean(),
  readBackTolerance: z.number().min(0).exactOptional(),
});

/** A {@link MicroscopeDescription} that comes from outside: a file, another process, another machine. */
export const descriptionSchema: z.ZodType<MicroscopeDescription> = z.strictObject({
  name: z.string().min(1).max(200),
  isSimulated: z.boolean(),
  beamCurrentNanoAmp: z.number().min(0).meta({ unit: 'nA' }),
  passes: z.number().int().min(1),
  bitDepth: z.literal([8, 16]),
  canBlankBeam: z.boolean(),
  parameters: z.strictObject({
    workingDistanceUm: parameterSchema,
    stigmatorX: parameterSchema,
    stigmatorY: parameterSchema,
    stageXUm: parameterSchema,
    stageYUm: parameterSchema,
    width: parameterSchema,
    height: parameterSchema,
    pixelSizeNm: parameterSchema,
    dwellTimeNs: parameterSchema,
  } satisfies Record<ParameterName, unknown>),
});
