/** What it means that a rendered row lies outside, by its property. */
const reasons: Readonly<Record<string, string>> = {};

/** A sentence for the reader; says so where nobody has found the reason yet. */
export function whyOutside(property: string): string {
  return reasons[property] ?? 'The reason is not known yet.';
}
