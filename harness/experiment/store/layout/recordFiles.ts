/** Names inside a folder of records. */
export const recordFiles = {
  plan: 'plan.json',
  complete: 'records.jsonl',
  partial: 'records.partial.jsonl',
  provenance: 'provenance.json',
  previews: 'previews',
  /** Written beside the records by reports; replaced together with them. */
  report: 'report.html',
  reportRuns: 'report.parquet',
  reportIterations: 'report.iterations.parquet',
} as const;
