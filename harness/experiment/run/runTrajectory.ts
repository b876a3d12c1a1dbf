import { openSession } from '../../focusing/index.ts';
import { encodePng } from '../../image/index.ts';
import {
  addFocus,
  type FocusState,
  type FrameRequest,
  type GroundTruth,
} from '../../microscope/index.ts';
import type { Scenario, TrajectoryOutcome } from '../../record/index.ts';
import type { Registry } from '../suite/index.ts';
import { focusOf, followAlgorithm, setUp } from './followAlgorithm.ts';
import { previewRegion } from './previewRegion.ts';
import { recordOf } from './recordOf.ts';
import type { TrajectoryServices } from './TrajectoryServices.ts';

/**
 * Runs one algorithm once on a simulated microscope, and measures every state it leaves the
 * microscope in against the hidden truth.
 *
 * Whatever the algorithm does wrong ends up in the record: an exception, a broken protocol, a
 * request beyond the limits. The start is then restored, and the last row is that state. It is
 * handed the microscope of a session and nothing from which the truth could be reached.
 *
 * @throws `signal.reason` when aborted; ConfigError if the scenario names what the registry does
 *   not have; whatever opening the scenario throws.
 */
export async function runTrajectory(
  scenario: Scenario,
  registry: Registry,
  services: TrajectoryServices,
): Promise<TrajectoryOutcome> {
  const { signal, clock, now, previews = false } = services;
  signal.throwIfAborted();
  const startedAt = now().toISOString();
  const startedMs = clock.nowMs();
  const setup = setUp(scenario, registry);
  const opened = await registry.openScenario(scenario);
  const { microscope, truth } = opened;
  try {
    const start = addFocus(truth.bestFocus(), scenario.start);
    await microscope.writeFocus(start, { signal });
    const before = previews ? await preview(truth, start, scenario.frame) : undefined;
    const session = await openSession(microscope, {
      limits: scenario.limits,
      onFrame: services.onFrame,
    });
    const workplace = { session, instrument: microscope, bestFocus: () => truth.bestFocus() };
    const followed = await followAlgorithm(scenario, setup, workplace, services);
    const pairBoundSd = opened.pairBoundSd?.();
    const record = recordOf(scenario, followed, {
      ...(pairBoundSd && { pairBoundSd: focusOf(pairBoundSd) }),
      timing: { startedAt, wallS: (clock.nowMs() - startedMs) / 1e3 },
    });
    if (before === undefined) return { record };
    const after = await preview(truth, await microscope.readFocus({ signal }), scenario.frame);
    const inFocus = await preview(truth, truth.bestFocus(), scenario.frame);
    return { record, previews: { before, after, inFocus } };
  } finally {
    await microscope.close();
  }
}

/** The middle of the field as a PNG file. */
async function preview(
  truth: GroundTruth,
  focus: FocusState,
  frame: FrameRequest,
): Promise<Uint8Array> {
  const { pixels } = await truth.frameAt(focus, { ...frame, region: previewRegion(frame) });
  return encodePng(pixels);
}
