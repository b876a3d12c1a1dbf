import type { Scenario } from './TrajectoryRecord.ts';

/** Parts of a scenario that all trajectories of one algorithm under one condition have in common. */
const common = [
  'limits',
  'margins',
  'frame',
  'calibration',
  'algorithm',
] as const satisfies readonly (keyof Scenario)[];

/** Lets scenarios share what is equal: that of a hundred thousand records is most of what they hold. */
export class ScenarioPool {
  readonly #parts = new Map<string, Scenario[(typeof common)[number]]>();

  /** The same scenario, with parts that others have as well. */
  share(scenario: Scenario): Scenario {
    const shared = Object.fromEntries(common.map((name) => [name, this.#part(scenario[name])]));
    return { ...scenario, ...shared };
  }

  #part<Part extends Scenario[(typeof common)[number]]>(part: Part): Part {
    const text = JSON.stringify(part);
    const known = this.#parts.get(text);
    if (known !== undefined) return known as Part;
    this.#parts.set(text, part);
    return part;
  }
}
