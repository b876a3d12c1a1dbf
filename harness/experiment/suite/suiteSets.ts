/** A suite of a set, and the algorithms of it that the set is about; all where left out. */
interface SuiteOfSet {
  readonly suite: string;
  readonly algorithms?: readonly string[];
}

export interface SuiteSet {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly suites: readonly SuiteOfSet[];
}

/** Suites that are run together, in this order. */
export const suiteSets: readonly SuiteSet[] = [
  {
    name: 'article',
    title: 'Every experiment of the article',
    description:
      'The suites that repeat the figures and tables of the article, one after the other, and one page that sets its numbers beside theirs.',
    suites: [
      { suite: 'figure-2' },
      { suite: 'figure-2e' },
      { suite: 'timing' },
      {
        suite: 'vessel',
        algorithms: ['deepfocus-384', 'deepfocus-score-384', 'deepfocus-spectral-384'],
      },
      { suite: 'transfer' },
      {
        suite: 'figure-5',
        algorithms: [
          'deepfocus-score-384',
          'deepfocus-spectral-384',
          'mapfost',
          'mapfost-published',
        ],
      },
      { suite: 'patches' },
      { suite: 'simplex' },
      { suite: 'architectures' },
    ],
  },
];
