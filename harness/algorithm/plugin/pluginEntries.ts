import { z } from 'zod';
import { parseConfig } from '../../config/index.ts';
import { ConfigError } from '../../microscope/index.ts';
import type { AlgorithmEntry } from '../AlgorithmEntry.ts';
import type { Json } from '../AutofocusAlgorithm.ts';
import { pairEntry, searchEntry } from '../entryOf.ts';
import { correctionEstimate } from '../estimateAnswer.ts';
import { userNameSchema } from '../userName.ts';
import { type Parameters, perturbationUmOf, withDefaults } from '../withDefaults.ts';
import type { PluginAlgorithm } from './AlgorithmPlugin.ts';

const describedSchema = z.strictObject({
  name: userNameSchema,
  version: z.string().min(1).max(60),
  summary: z.string().min(1).max(300),
  parameters: z.record(z.string(), z.json()),
  files: z.array(z.string()).optional(),
});

/**
 * The algorithms of a plugin as a registry needs them.
 *
 * @param exported - What the module exports.
 * @param plugin - What messages call it.
 * @param sha256Of - Of the module, with what it imports and the files that an algorithm lists.
 * @throws ConfigError naming the part that is missing or wrong.
 */
export function pluginEntries(
  exported: { readonly [name: string]: unknown },
  plugin: string,
  sha256Of: (files: readonly string[]) => string,
): readonly AlgorithmEntry[] {
  const { algorithms } = exported;
  if (!Array.isArray(algorithms) || algorithms.length === 0) {
    const names = Object.keys(exported).sort().join(', ');
    throw new ConfigError(
      `${plugin} must export a list of algorithms: export const algorithms = [...]. Received ${names === '' ? 'no export' : `the exports ${names}`}`,
      { hint: 'see the example in docs/own-algorithms.md' },
    );
  }
  return algorithms.map((algorithm: unknown, i) => {
    const place = `${plugin}: algorithms[${i}]`;
    assertAlgorithm(algorithm, place);
    return pluginEntry(algorithm, sha256Of(algorithm.files ?? []));
  });
}

function assertAlgorithm(value: unknown, place: string): asserts value is PluginAlgorithm {
  if (typeof value !== 'object' || value === null) {
    throw new ConfigError(`${place} must be an object. Received ${JSON.stringify(value)}`);
  }
  const { createEstimator, run, ...described } = value as { [name: string]: unknown };
  const { name, parameters } = parseConfig(describedSchema, described, place);
  const kinds = [createEstimator, run].filter((kind) => kind !== undefined);
  if (kinds.length !== 1 || typeof kinds[0] !== 'function') {
    throw new ConfigError(
      `${place} (${name}) must have one of two functions: createEstimator(calibration, parameters), or run(context, parameters). Received ${kinds.length === 0 ? 'neither' : kinds.length === 2 ? 'both' : typeof kinds[0]}`,
    );
  }
  if (createEstimator !== undefined) perturbationUmOf(parameters, name);
}

function pluginEntry(algorithm: PluginAlgorithm, sourceSha256: string): AlgorithmEntry {
  const { name, version, summary, parameters: defaults } = algorithm;
  const common = { name, version, summary, sourceSha256 };
  const parse = (given?: Json): Parameters => withDefaults(defaults, given, name);
  if ('run' in algorithm) {
    return searchEntry({
      ...{ ...common, parse },
      run: (context, parameters) => algorithm.run(context, parameters),
    });
  }
  return pairEntry({
    ...common,
    parse: (given) => {
      const parameters = parse(given);
      perturbationUmOf(parameters, name);
      return parameters;
    },
    perturbationUm: (parameters) => perturbationUmOf(parameters, name),
    estimator: (calibration, parameters) => {
      const estimator = algorithm.createEstimator(calibration, parameters);
      return {
        estimate: async (pair) =>
          correctionEstimate(await estimator.estimate(pair), calibration, name),
      };
    },
  });
}
