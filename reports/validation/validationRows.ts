import { posix } from 'node:path';
import { groupedBy } from '../../harness/statistics/index.ts';
import type {
  Answer,
  Spread,
  ValidatedPair,
  ValidatedReading,
  Validation,
} from '../../harness/validation/index.ts';
import { signed } from '../words/index.ts';

export const validationHead = [
  'method',
  'real, µm',
  'off, µm',
  'simulated, µm',
  'z',
  'inside',
  'a, b real',
  'a, b simulated',
  'declined real, simulated',
] as const;

/** What one method read, as cells under {@link validationHead}. */
export function validationRow({
  algorithm,
  real,
  offKnobsUm,
  simulated,
  z,
  isInside,
}: ValidatedReading): string[] {
  const { workingDistanceUm, aUm, bUm, declined, answers } = simulated;
  return [
    algorithm,
    'zUm' in real ? um(real.zUm) : '–',
    offKnobsUm === null ? '–' : um(offKnobsUm),
    workingDistanceUm === null ? '–' : spread(workingDistanceUm),
    z === null ? '–' : signed(z, (size) => size.toFixed(1)),
    isInside === null ? '–' : isInside ? 'yes' : 'no',
    'zUm' in real ? `${tenth(real.aUm)}, ${tenth(real.bUm)}` : '–',
    aUm === null || bUm === null ? '–' : `${tenth(aUm.mean)}, ${tenth(bUm.mean)}`,
    `${isDeclined(real) ? 1 : 0}/1, ${declined}/${answers.length}`,
  ];
}

/** The two frames of a pair: names of files, with their folders where the names alone are not enough. */
export function pairName({ under, over }: ValidatedPair, { pairs }: Validation): string {
  const files = new Set(pairs.flatMap((pair) => [pair.under, pair.over]));
  const names = new Set([...files].map((file) => posix.basename(file)));
  const nameOf = (file: string) => (names.size === files.size ? posix.basename(file) : file);
  return `${nameOf(under)} and ${nameOf(over)}`;
}

/** Methods that were not asked, with the number of pairs; the reason for one pair stands for those of all. */
export function refusals({
  notAsked,
  pairs,
}: Validation): readonly (readonly [string, string, string])[] {
  return [...groupedBy(notAsked, ({ algorithm }) => algorithm)].map(([algorithm, refused]) => {
    const isOfAll = refused.some(({ pair }) => pair === null);
    const count = isOfAll ? pairs.length : refused.length;
    return [algorithm, `${count} of ${pairs.length}`, refused[0]?.reason ?? ''];
  });
}

/** Which frames, and what their settings ask for. */
export function pairHeading(pair: ValidatedPair, validation: Validation): string {
  const { place, perturbationUm, state } = pair;
  const { states, pairs } = validation;
  const hasPlaces = new Set(pairs.map((one) => one.place)).size > 1;
  const word = states.workingDistance === 'stated' ? 'the settings' : 'the methods together';
  return `${pairName(pair, validation)}${hasPlaces ? `, place ${place}` : ''}: ${Number((2 * perturbationUm).toPrecision(4))} µm apart; ${word} ask for ${um(-state.zUm)} µm, a, b ${tenth(-state.aUm)}, ${tenth(-state.bUm)} µm`;
}

/** Facts about how it was compared, label and text. */
export function validationFacts(validation: Validation): readonly (readonly [string, string])[] {
  const { series, instrument, preset, specimen, told, seeds, states, noise, pairs } = validation;
  const { first, count } = seeds;
  const current = Number(noise.beamCurrentNanoAmp.toPrecision(3));
  return [
    [
      'series',
      `${series}${instrument === null ? '' : `, ${instrument}`}, ${pairs.length} ${pairs.length === 1 ? 'pair' : 'pairs'}`,
    ],
    ['simulated', `${preset} over ${specimen}, ${count} seeds for each place from ${first} on`],
    [
      'told',
      `the calibration of ${told.source}: ${told.calibration.convergenceMrad} mrad, for real and simulated frames alike`,
    ],
    ['state', `working distance ${states.workingDistance}, astigmatism ${states.astigmatism}`],
    [
      'noise',
      `signal over noise at 20 rad/µm ${noise.real.toFixed(2)} real, ${noise.simulated.toFixed(2)} simulated, with ${current} nA and ${Number(noise.dwellTimeNs.toPrecision(4))} ns`,
    ],
  ];
}

function isDeclined(answer: Answer): boolean {
  return 'declined' in answer;
}

function um(value: number): string {
  return signed(value, (size) => size.toFixed(2));
}

function tenth(value: number): string {
  return signed(value, (size) => size.toFixed(1));
}

function spread({ mean, sd }: Spread): string {
  return `${um(mean)} ± ${sd.toFixed(2)}`;
}
