/** The checks of an algorithm, in the order of the report. */
export const checkNames = [
  'parameters',
  'steps',
  'numbers',
  'read-back',
  'accounts',
  'determinism',
  'no-global-randomness',
  'no-peeking',
  'cancellation',
  'early-end',
  'bounds',
  'nothing-to-see',
  'estimator',
  'improvement',
] as const;
export type CheckName = (typeof checkNames)[number];

/** The requirement of each check, in one line. */
export const questions: Readonly<Record<CheckName, string>> = {
  parameters: 'has a name, a version and defaults, and refuses unknown parameters',
  steps: 'runs without an error and counts its iterations 1, 2, ...',
  numbers: 'corrections, uncertainties and times are finite numbers',
  'read-back':
    'reports the change of every iteration, and the state that the microscope reads back',
  accounts: 'reports the number of frames exposed, and at most the computing time that passed',
  determinism: 'gives the same result when it is run again',
  'no-global-randomness':
    'uses no Math.random, no clock and no global crypto, but those of the context',
  'no-peeking': 'uses only the parts of context and microscope that the contract has',
  cancellation: 'ends soon after its signal is aborted, without further calls',
  'early-end': 'ends soon after the last requested iteration',
  bounds: 'ends, or stays inside the limits, when the guard refuses a setting',
  'nothing-to-see': 'ends without an error on frames that show nothing',
  estimator:
    'gives the same estimate for the same pair, in the units of the contract, and does not change the pair',
  improvement: 'deviation before and after an easy start; not judged',
};

/** The result of one check. */
export interface CheckResult {
  readonly name: CheckName;
  /** `noted`: information, neither good nor bad. */
  readonly result: 'passed' | 'failed' | 'skipped' | 'noted';
  /** The observation; of a failure the fault. */
  readonly finding?: string;
  /** Of a failure: the remedy. */
  readonly advice?: string;
}
