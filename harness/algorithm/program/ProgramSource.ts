import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { ConfigError, reasonOf } from '../../microscope/index.ts';

/** How a program is started. */
export interface ProgramSource {
  /** The program and its arguments; at least one. */
  readonly words: readonly string[];
}

/** What stands before a command where the name of an algorithm is expected. */
export const programPrefix = 'exec:';

/**
 * Splits a command at its blanks; quotes of either kind hold words together, and nothing else has a
 * meaning: no variables, no pipes, no escapes.
 *
 * @param text - `exec:` and the command.
 * @throws ConfigError if there is none, or a quote without an end.
 */
export function programSource(text: string): ProgramSource {
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
  return { words };
}

/** What messages and records call a program: its command without the folders of this machine. */
export function programTitle({ words }: ProgramSource): string {
  const title = words.map((word) => basename(word)).join(' ');
  return title.length > 60 ? `${title.slice(0, 57)}...` : title;
}

/** They run what they are given, and are named: their own files differ from machine to machine. */
const interpreters =
  /^(python|node|deno|bun|ruby|perl|julia|Rscript|octave|java|bash|sh|uv|env)[\d.]*(\.exe)?$/;

/**
 * SHA-256 of what determines a program's answers as far as its command tells: the content of every
 * file that is named in it, and the other words as they are. Where an interpreter lies does not
 * count, nor where the files do.
 *
 * @param files - Further files whose content decides, as the program itself has listed them.
 * @throws ConfigError if one of `files` cannot be read.
 */
export function programSha256({ words }: ProgramSource, files: readonly string[]): string {
  const parts = words.map((word, i) => {
    if (i === 0 && interpreters.test(basename(word))) return ['interpreter', basename(word)];
    const content = isFile(word) ? sha256Of(word) : undefined;
    return content === undefined ? ['word', word] : ['file', content];
  });
  const listed = files.map((file) => ['file', sha256Of(file)]);
  return createHash('sha256')
    .update(JSON.stringify([parts, listed]))
    .digest('hex');
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function sha256Of(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch (cause) {
    throw new ConfigError(`cannot read ${path}, which the program lists: ${reasonOf(cause)}`, {
      cause,
    });
  }
}
