/** Control characters, line ends among them, and what turns the direction of text round. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Text from outside as one line that is safe to print: what would steer a terminal becomes blank. */
export function cleanText(text: string): string {
  return text.replaceAll(unprintable, ' ');
}

/** Deeper than any answer is nested, and far from where functions that call themselves break. */
const mostLevels = 32;

/**
 * A value read from JSON with {@link cleanText} in all its text, names of fields among it. Every
 * answer of a program goes through here, so that nothing behind has to think of it.
 *
 * @throws RangeError if it is nested deeper than 32 levels.
 */
export function cleanJson(value: unknown, levels = mostLevels): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) throw new RangeError(`at most ${mostLevels} levels inside each other`);
  if (Array.isArray(value)) return value.map((item) => cleanJson(item, levels - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [cleanText(name), cleanJson(inner, levels - 1)]),
  );
}
