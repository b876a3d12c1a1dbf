import {
  leastReferenceIterations,
  mostReferenceIterations,
} from '../../../harness/experiment/run/index.ts';
import type { Plan } from '../../../harness/experiment/suite/index.ts';
import type { Scenario } from '../../../harness/record/index.ts';
import { formatNumber, textTable } from '../../../reports/index.ts';
import { timeText } from '../timeText.ts';
import type { PlaceExposure } from './exposures.ts';

/** Places in the text; the document has them all. */
const mostRows = 40;

/** What would be exposed, as a document. */
export function exposuresJson(plan: Plan, places: readonly PlaceExposure[]): object {
  const { suite, planHash, scenarios } = plan;
  const [first] = scenarios;
  return {
    schema: 1,
    suite: suite.name,
    planHash,
    ...(first?.instrument && { name: first.preset, instrument: first.instrument }),
    ...totalOf(places),
    places,
  };
}

/** What would be exposed, for a terminal. */
export function exposuresText(
  { suite, scenarios }: Plan,
  places: readonly PlaceExposure[],
  guard: string,
): string {
  const [first] = scenarios;
  if (first?.instrument === undefined) throw new TypeError('the plan must be of an instrument');
  const total = totalOf(places);
  const rows = places
    .slice(0, mostRows)
    .map((place, i) => [
      `${i + 1}`,
      formatNumber(place.stage.xUm),
      formatNumber(place.stage.yUm),
      `${place.trajectories}`,
      `${place.frames}`,
      `${formatNumber(place.doseElectronsPerNm2)} e/nm²`,
      timeText(place.timeS),
    ]);
  const left = places.length - rows.length;
  return [
    `${suite.title}, on ${first.preset}: ${total.trajectories} trajectories, ${total.frames} frames, about ${timeText(total.timeS)}`,
    `Frames: ${first.frame.width} x ${first.frame.height} px of ${first.frame.pixelSizeNm} nm`,
    `Reference: ${referenceText(first.instrument)}`,
    guard,
    '',
    ...textTable([['place', 'x, µm', 'y, µm', 'runs', 'frames', 'dose', 'time'], ...rows]),
    ...(left > 0 ? [`and ${left} more places; --json has them all`] : []),
    '',
    ...(first.instrument.hasStage ? [] : [onePlaceText]),
    'Dose and frames: if each trajectory uses all its iterations. Searches may take more or fewer frames.',
    'Dry run: nothing was moved or exposed.',
    '',
  ].join('\n');
}

/** What a stage that cannot be moved means. */
const onePlaceText =
  'The stage cannot be moved: all trajectories are at one place, which is exposed again and again.';

function referenceText({ reference }: NonNullable<Scenario['instrument']>): string {
  const { algorithm, dwellTimeNs } = reference;
  return `${algorithm.name} at ${formatNumber(dwellTimeNs)} ns, ${leastReferenceIterations} to ${mostReferenceIterations} iterations before and after each trajectory (counted as ${leastReferenceIterations})`;
}

function totalOf(places: readonly PlaceExposure[]) {
  const sum = (name: 'trajectories' | 'frames' | 'timeS') =>
    places.reduce((total, place) => total + place[name], 0);
  return { trajectories: sum('trajectories'), frames: sum('frames'), timeS: sum('timeS') };
}
