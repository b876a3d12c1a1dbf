/** No document of ours needs more; what works through a value calls itself for every level of it. */
const mostLevels = 100;

/**
 * A JSON document from outside: as `JSON.parse`, with or without a byte order mark.
 *
 * @throws SyntaxError if it is no JSON, or has lists and objects in each other beyond 100 levels.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
  assertShallow(text);
  return value;
}

function assertShallow(text: string): void {
  let levels = 0;
  let isString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isString) {
      if (character === '\\') i++;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '[' || character === '{') levels += 1;
    else if (character === ']' || character === '}') levels -= 1;
    if (levels > mostLevels) {
      throw new SyntaxError(
        `Lists and objects may lie in each other up to ${mostLevels} levels; these go further`,
      );
    }
  }
}
