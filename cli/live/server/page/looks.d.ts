import type { Look } from '../../../../reports/index.ts';

/** What the server makes: looksScript of the reports. */
export const looks: readonly Look[];
