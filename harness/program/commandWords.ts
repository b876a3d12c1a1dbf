import { basename } from 'node:path';
import { ConfigError } from '../microscope/index.ts';
import { cleanText } from './cleanText.ts';
import { shellQuoted } from './shellQuoted.ts';

/** What stands before a command where a name or an address is expected. */
export const programPrefix = 'exec:';

/**
 * Splits a command at its blanks; quotes of either kind hold words together, and nothing else has a
 * meaning: no variables, no pipes, no escapes.
 *
 * @param text - `exec:` and the command.
 * @throws ConfigError if there is none, or a quote without an end.
 */
export function commandWords(text: string): readonly string[] {
  const command = text.slice(text.startsWith(programPrefix) ? programPrefix.length : 0);
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (const letter of command) {
    if (quote !== undefined) {
      if (letter === quote) quote = undefined;
      else word += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + letter;
    }
  }
  if (quote !== undefined) {
    throw new ConfigError(
      `the command must close every ${quote}. Received ${JSON.stringify(text)}`,
    );
  }
  if (word !== undefined) words.push(word);
  if (words.length === 0 || words[0] === '') {
    throw new ConfigError(
      `${programPrefix} must be followed by a command, e.g. exec:'python3 mine.py'. Received ${JSON.stringify(text)}`,
    );
  }
  return words;
}

/** How to see what a program answers, to be copied into a shell. */
export function helloByHand(words: readonly string[]): string {
  const command = cleanText(words.map(shellQuoted).join(' '));
  return `try it by hand: echo '{"do": "hello", "protocol": 1}' | ${command}`;
}

/** What messages call a command: without the folders of this machine. */
export function commandTitle(words: readonly string[]): string {
  const title = cleanText(words.map((word) => basename(word)).join(' '));
  return title.length > 60 ? `${title.slice(0, 57)}...` : title;
}
