import type { Look } from '../looksScript.ts';

/** What the server makes: see looksScript.ts. */
export const looks: readonly Look[];
