import type { Model } from '../../models/index.ts';
import { errorsText } from './trainNetwork.ts';

/** What has come of a recalibration, for people. */
export function recalibrationText({ card, path }: Model): string {
  const { recalibration, training } = card;
  if (recalibration === undefined) throw new TypeError(`${card.name} has not been recalibrated`);
  const { parent, instrument, locations, frames, microscopeS, computeS, judged } = recalibration;
  const doses = locations.map(({ doseElectronsPerNm2 }) => doseElectronsPerNm2);
  const count = (use: string) => locations.filter((one) => one.use === use).length;
  const minutes = (seconds: number) => `${(seconds / 60).toFixed(1)} min`;
  const sides = Object.entries(judged).flatMap(([reach, { before, after }]) => [
    [`${reach}, ${before.pairs} pairs`, ''],
    ['  before', `${errorsText(before.mean)} (SD ${errorsText(before.sd)})`],
    ['  after', `${errorsText(after.mean)} (SD ${errorsText(after.sd)})`],
  ]);
  const lines = [
    ['parent', `${parent.name}, sha256:${parent.sha256.slice(0, 12)}`],
    ['instrument', instrument],
    [
      'locations',
      `${count('training')} to train on, ${count('stopping')} to stop by, ${count('judging')} to judge by`,
    ],
    [
      'cost',
      `${frames} frames, at most ${Math.max(...doses).toPrecision(3)} e/nm² at one place, ${minutes(microscopeS)} of the microscope, ${minutes(computeS)} of computing`,
    ],
    ['training', `best after ${training?.steps ?? 0} steps`],
    ['errors', 'mean absolute error of one correction where no training has been'],
    ...sides,
  ];
  const rows = lines.map(([label = '', text = '']) => `  ${label.padEnd(22)}${text}`.trimEnd());
  return `${card.name}\n${rows.join('\n')}\nModel: ${path}\n`;
}
