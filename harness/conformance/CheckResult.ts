/** What is checked of an algorithm, in the order in which it is told. */
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

/** What each check asks, in one line. */
export const questions: Readonly<Record<CheckName, string>> = {
  parameters: 'has name, version and defaults, and refuses parameters that it does not know',
  steps: 'runs without an error and counts its iterations 1, 2, ...',
  numbers: 'corrections, uncertainties and times are finite numbers',
  'read-back':
    'says of every iteration what it changed, and the state that the microscope reads back',
  accounts: 'says how many frames it exposed, and no more computing time than went by',
  determinism: 'does the same when it is run again',
  'no-global-randomness':
    'uses no Math.random, no clock and no global crypto: the context has what it needs',
  'no-peeking': 'uses of context and microscope what the contract has, nothing else',
  cancellation: 'ends soon when its signal is aborted, and asks for nothing more',
  'early-end': 'ends soon when no more iterations are requested',
  bounds: 'ends, or stays inside, when the guard refuses a setting',
  'nothing-to-see': 'copes with frames that show nothing',
  estimator:
    'estimates the same from the same pair, in the units of the contract, and leaves it as it is',
  improvement: 'what it made of an easy start: no condition, but worth knowing',
};

/** One check, answered. */
export interface CheckResult {
  readonly name: CheckName;
  /** `noted`: something to know, neither good nor bad. */
  readonly result: 'passed' | 'failed' | 'skipped' | 'noted';
  /** What was found; of a failure what was wrong. */
  readonly finding?: string;
  /** Of a failure: what to do. */
  readonly advice?: string;
}
