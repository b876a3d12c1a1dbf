/** How the trajectories of a suite are told in the form of the article. */
export type Measure =
  /** State of the loop after these iterations. */
  | { readonly kind: 'loop'; readonly after: readonly number[] }
  /** Absolute errors that one iteration leaves. */
  | { readonly kind: 'error' }
  /** The line through the first corrections over the ideal ones. */
  | { readonly kind: 'line' }
  /** Computing time of a pair of patches. */
  | { readonly kind: 'time' }
  /** Frames that a search takes. */
  | { readonly kind: 'search' };

/** Figures or tables of the article that one suite of ours repeats. */
export interface ArticleItem {
  readonly id: string;
  /** Of the article. */
  readonly name: string;
  readonly subject: string;
  readonly suite: string;
  readonly measure: Measure;
  /** What the article reports: its setting, n, and the cells of the measure's columns from there on. */
  readonly reported: readonly (readonly string[])[];
  /** What the article concludes, in one sentence. */
  readonly conclusion: string;
  /** Where our protocol is another. */
  readonly differences: string;
}
