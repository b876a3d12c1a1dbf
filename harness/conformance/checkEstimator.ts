import type { AlgorithmEntry, CorrectionEstimate, PerturbedPair } from '../algorithm/index.ts';
import {
  aberrationOfDeviation,
  addFocus,
  focusParameters,
  type GreyPixels,
  reasonOf,
} from '../microscope/index.ts';
import type { CheckResult } from './CheckResult.ts';
import { first } from './checkSteps.ts';
import type { Observed } from './observe.ts';

const name = 'estimator';
/** um; said twice, the same thing may be rounded twice. */
const slackUm = 1e-6;

/** The pair estimator by itself, as `semfocus estimate` uses it. */
export async function checkEstimator(
  { createEstimator, perturbationFor }: AlgorithmEntry,
  { scenario, open }: Pick<Observed, 'scenario' | 'open'>,
): Promise<CheckResult> {
  if (createEstimator === undefined || perturbationFor === undefined) {
    return { name, result: 'skipped', finding: 'it does not work on pairs of frames' };
  }
  const { calibration } = scenario;
  const perturbationUm = perturbationFor(calibration, scenario.frame.pixelSizeNm);
  const pair = await exposePair(scenario, open, perturbationUm);
  const before = [pair.under, pair.over].map(sumsOf);
  let estimates: CorrectionEstimate[];
  try {
    estimates = [
      await createEstimator(calibration).estimate(pair),
      await createEstimator(calibration).estimate(pair),
    ];
  } catch (error) {
    return {
      name,
      result: 'failed',
      finding: `the estimate of a pair ended by an error: ${reasonOf(error)}`,
      advice: 'set declined to the reason if a pair shows nothing',
    };
  }
  const [once, again] = estimates;
  if (once === undefined || again === undefined) throw new TypeError('two estimates were made');
  const { correction, correctionSd, astigmatismUm } = once;
  const { aUm, bUm } = aberrationOfDeviation(correction, calibration.stigmatorMatrixUmPerUnit);
  const wrong = [
    ...focusParameters
      .filter((parameter) => !Number.isFinite(correction[parameter]))
      .map((parameter) => `correction.${parameter} is ${correction[parameter]}`),
    ...focusParameters
      .filter((parameter) => correctionSd !== undefined && !(correctionSd[parameter] >= 0))
      .map((parameter) => `correctionSd.${parameter} is ${correctionSd?.[parameter]}`),
    ...(Math.hypot(astigmatismUm.a - aUm, astigmatismUm.b - bUm) <= slackUm
      ? []
      : [
          `astigmatismUm is ${astigmatismUm.a}, ${astigmatismUm.b}; the correction amounts to ${aUm}, ${bUm}`,
        ]),
    ...(JSON.stringify(once) === JSON.stringify(again)
      ? []
      : ['a second estimate of the same pair differs']),
    ...([pair.under, pair.over].map(sumsOf).join() === before.join()
      ? []
      : ['it changed the grey values of the pair']),
  ];
  return first(name, wrong, {
    advice:
      'give the same answer for the same pair: the correction to add, in um and stigmator units',
  });
}

async function exposePair(
  scenario: Observed['scenario'],
  open: Observed['open'],
  perturbationUm: number,
): Promise<PerturbedPair> {
  const { microscope, truth } = await open(scenario);
  try {
    const start = addFocus(truth.bestFocus(), scenario.start);
    const at = async (offsetUm: number) => {
      await microscope.writeFocus(addFocus(start, { workingDistanceUm: offsetUm }));
      return microscope.acquireFrame(scenario.frame);
    };
    const under = await at(-perturbationUm);
    const over = await at(perturbationUm);
    const { pixelSizeNm } = under.actual;
    return { under: under.pixels, over: over.pixels, pixelSizeNm, perturbationUm };
  } finally {
    await microscope.close();
  }
}

/** Changes when any value does, or when two change places. */
function sumsOf({ data }: GreyPixels): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! * ((i % 65_521) + 1);
  return sum;
}
