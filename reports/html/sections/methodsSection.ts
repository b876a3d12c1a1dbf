import { bootstrapResamples, normal80, normal975 } from '../../../harness/statistics/index.ts';
import type { Summary } from '../../summary/index.ts';
import {
  boundText,
  escapeHtml,
  formatNumber,
  marginsText,
  stigmatorUnit,
  timingText,
} from '../../words/index.ts';

const boundMethod = [
  'Information bound',
  'Inverse of the Fisher information on working distance and both stigmators that one pair of frames holds, at the dose of the condition and the perturbation of the algorithm, with best focus midway. ' +
    'Computed from the truth about the specimen: a Gaussian random field with its spectrum (isotropic, of the very place), seen through the plain Gaussian or disc probe, with white shot noise; spectrum and gain are known. ' +
    'A trajectory ends with the error of its last estimate, so that bound / root mean square residual at the end is the efficiency of an estimate near focus, over all trajectories with any end. ' +
    'Specimens are no Gaussian fields, frames have other faults, and a biased algorithm can come below: the bound is a reference for comparison, not a limit of every single number.',
] as const;

const instrumentMethods = [
  [
    'Residual on an instrument',
    'The true focus of a microscope is not known. A named method focuses right before a trajectory and right after it, at least twice, then until it says that it was inside the margins already; residuals are distances from the middle of what it found. ' +
      'Standard deviation of the middle: half of the drift from before to after, and half of the two standard deviations that the method itself states, in quadrature. An error that the method makes each time is in none of them.',
  ],
  [
    'Instrument and simulation',
    'The same suite, compared where parameters, iterations, frames and dwell times are the same. t = difference of the mean logarithms / sqrt(SD² (1/m + 1/n) + 0.02²), SD over n simulated trajectories, m measured ones; z is the normal value as rare as t with n − 1 degrees of freedom. Of shares by arcsines of square roots; the SD of costs is at least that of half an iteration. ' +
      'Simulated distances are measured from where the reference method ends in simulation, if it was simulated. Distances have the standard deviation of the reference added in quadrature on both sides. inside: |z| below 2. R: root mean square of z. predicted: R at most 1, not predicted: above 2. The simulated specimen is not the one under the instrument, and figures of one algorithm depend on each other.',
  ],
] as const;

/** How the numbers of the report are defined; enough to compute them again from the records. */
export function methodsSection({ groups }: Summary): string {
  const entries: readonly (readonly [string, string])[] = [
    [
      'Columns of the headline',
      `Success with its 95 % interval. IQM: interquartile mean; p95: one in twenty ends farther away. –: not reached by half of the trajectories; ∞: the interval has no upper end. ${boundText(groups)}`.trimEnd(),
    ],
    [
      'Residual',
      'Final state of the microscope minus the true best focus. The algorithm never sees the best focus. ' +
        `Working distance in µm, stigmators in the unit of the instrument (${stigmatorUnit}).`,
    ],
    ...(groups.some(({ reference }) => reference !== null) ? [...instrumentMethods] : []),
    [
      'Margins and success',
      `A trajectory converges when all three residuals are inside the ${marginsText(groups)} at its end. ` +
        'The margins count as reached at the first iteration from which it stays inside; a visit that did not last does not count.',
    ],
    [
      'Trajectories that never reach the margins',
      'are right-censored: they count as larger than any number. A median that half of them or more never reached is printed as –, never as the median of the others.',
    ],
    [
      'Trajectories that end early',
      'keep their last state in all later iterations (last observation carried forward): it is the state in which they left the microscope; after an error or a stop by the guard that is the start, which the guard puts back.',
    ],
    [
      'Dose',
      'Electrons per nm² of the specimen, summed over all frames since the start: 6.2415 · beam current (nA) · dwell time (ns) · passes averaged / pixel area (nm²) per frame.',
    ],
    [
      'Outcomes',
      'converged: inside all margins at the end. missed: outside. declined: the algorithm saw nothing to focus on. ' +
        'diverged: farther away than twice the start and by more than the margin of the working distance, or stopped by the guard. failed: an error; never counted as inside the margins.',
    ],
    [
      'Failure classes',
      'exclusive, the first that applies: exception; timeout; declined-wrongly (there is structure); wrong-sign (the first correction points away from focus); diverged; false-claim (ended by itself outside the margins); false-optimum (its last correction was within the margins, as if it were in focus); budget-spent. Declining is a success if the specimen shows nothing.',
    ],
    [
      'Cost to a target',
      'Frames, dose and time of the microscope until a target was first held to the end. Targets: the margins, and focal errors of 2, 1, 0.5 and 0.25 depths of focus (pixel size / convergence half-angle), where focal error is hypot(defocus, both components of astigmatism as focal shift). ' +
        'Expected: the total cost over the number of successes. ECDF area: under the distribution of costs over a logarithmic axis from the least cost to the highest cost of any trajectory, 1 at best. ' +
        'Performance profile: share of places where a cost is within a factor of the cheapest algorithm there (Dolan and Moré 2002).',
    ],
    [
      'Claims',
      "Errors left by the last correction, in units of the algorithm's own standard deviation, against a normal distribution; intervals of the shares: Wilson.",
    ],
    ['Smallest difference that can be found', detectable(groups)],
    [
      'VALID, PARTIAL, INVALID',
      'PARTIAL: planned trajectories have no record. INVALID: computed with sources that differ from their commit, with several versions of the physics, or by several runtimes. A stamp judges the evidence, not the result.',
    ],
    ...(groups.some(({ pairBound }) => pairBound !== null) ? [boundMethod] : []),
    [
      'Mean ± SD',
      'over trajectories, each of equal weight; the sample standard deviation (n − 1). IQM: interquartile mean.',
    ],
    [
      'Intervals',
      `95 %. Success: Wilson. All others: percentile bootstrap over trajectories, ${bootstrapResamples} resamples (of more than 1000 trajectories fewer, at least 400) from a seeded stream, so that equal records give equal intervals.`,
    ],
    [
      'Pairing',
      'Trajectories of equal index and seed meet the same specimen, place, start and noise with every algorithm: differences between algorithms are not differences of luck.',
    ],
    [
      'Time',
      `Compute: in the algorithm, without the microscope, as measured in this run. ${timingText(groups) || 'The records do not say how many trajectories ran at once.'} Microscope: virtual time of frames, overheads and settling.`,
    ],
    ...(groups.some(({ condition }) => condition.preset === 'ideal')
      ? [
          [
            'Preset ideal',
            'tests equations: algorithm and simulator share one model of the image. It says nothing about a real microscope.',
          ] as const,
        ]
      : []),
  ];
  return `<dl class="methods">${entries
    .map(([term, text]) => `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(text)}</dd>`)
    .join('\n')}</dl>`;
}

/** Of a paired comparison, at 80 % power and 95 % confidence, in the normal approximation. */
function detectable(groups: Summary['groups']): string {
  if (groups.length === 0) return 'There are none.';
  const n = Math.min(...groups.map(({ trajectories }) => trajectories));
  const sds = formatNumber((normal975 + normal80) / Math.sqrt(n));
  return `With n = ${n}, a paired mean difference of ${sds} standard deviations of the differences is found in four of five cases; smaller differences may be missed.`;
}
