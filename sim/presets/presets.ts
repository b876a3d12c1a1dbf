import { ConfigError } from '../../harness/microscope/index.ts';
import ideal from './ideal.json' with { type: 'json' };
import merlin from './merlin.json' with { type: 'json' };
import { type Preset, presetSchema } from './Preset.ts';

/** The instruments that come with the project, in the order in which they are listed. */
export const presets: readonly Preset[] = [merlin, ideal].map((preset) =>
  presetSchema.parse(preset),
);

/** @throws ConfigError naming the presets there are. */
export function presetNamed(name: string): Preset {
  const found = presets.find((preset) => preset.name === name);
  if (found === undefined) {
    const names = presets.map((preset) => preset.name).join(', ');
    throw new ConfigError(`preset must be one of ${names}. Received ${name}`, {
      hint: 'semfocus presets lists them with an explanation',
    });
  }
  return found;
}
