import { frozenJson } from './canonicalJson.ts';
import type { Scenario } from './TrajectoryRecord.ts';

/**
 * Lets scenarios share what all trajectories of one algorithm under one condition have in common: that
 * of a hundred thousand records is most of what they hold, and of what their keys are made of.
 */
export class ScenarioPool {
  readonly #parts = new Map<string, object>();

  /** The same scenario, with parts that others have as well; these are frozen. */
  share(scenario: Scenario): Scenario {
    return {
      ...scenario,
      limits: this.#part(scenario.limits),
      margins: this.#part(scenario.margins),
      frame: this.#part(scenario.frame),
      calibration: this.#part(scenario.calibration),
      algorithm: this.#part(scenario.algorithm),
    };
  }

  #part<Part extends object>(part: Part): Part {
    const text = JSON.stringify(part);
    const known = this.#parts.get(text);
    if (known !== undefined) return known as Part;
    const shared = frozenJson<Part>(text);
    this.#parts.set(text, shared);
    return shared;
  }
}
