import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { ConfigError } from '../../microscope/index.ts';
import { cleanText } from './cleanText.ts';
import { sha256OfFile } from './sha256OfFile.ts';

/** How a program is started, and what it is known by. */
export interface ProgramSource {
  /** The program and its arguments; at least one. */
  readonly words: readonly string[];
  /** What messages call it. */
  readonly title: string;
  /** True if it speaks on its file descriptor 3, so that its stdout is free for anything. */
  readonly hasOwnChannel: boolean;
  /**
   * SHA-256 of what determines its answers.
   *
   * @param files - Further files whose content decides, as the program itself has listed them.
   * @throws ConfigError if a file cannot be read or is no regular file.
   */
  readonly sha256: (files: readonly string[]) => string;
}

/** What stands before a command where the name of an algorithm is expected. */
export const programPrefix = 'exec:';

/**
 * The program that a command starts.
 *
 * @throws ConfigError if the text holds no command.
 */
export function programSource(text: string): ProgramSource {
  const words = wordsOf(text);
  return {
    words,
    title: titleOf(words),
    hasOwnChannel: false,
    sha256: (files) => sha256OfCommand(words, files),
  };
}

/**
 * Splits a command at its blanks; quotes of either kind hold words together, and nothing else has a
 * meaning: no variables, no pipes, no escapes.
 *
 * @param text - `exec:` and the command.
 * @throws ConfigError if there is none, or a quote without an end.
 */
function wordsOf(text: string): readonly string[] {
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

/** The command without the folders of this machine. */
function titleOf(words: readonly string[]): string {
  const title = cleanText(words.map((word) => basename(word)).join(' '));
  return title.length > 60 ? `${title.slice(0, 57)}...` : title;
}

/** They run what they are given, and are named: their own files differ from machine to machine. */
const interpreters =
  /^(python|node|deno|bun|ruby|perl|julia|Rscript|octave|java|bash|sh|uv|env)[\d.]*(\.exe)?$/;

/**
 * Of the content of every file that is named in a command, and of the other words as they are. Where an
 * interpreter lies does not count, nor where the files do.
 */
function sha256OfCommand(words: readonly string[], files: readonly string[]): string {
  const parts = words.map((word, i) => {
    if (i === 0 && interpreters.test(basename(word))) return ['interpreter', basename(word)];
    if (!isFile(word)) return ['word', word];
    return ['file', sha256OfFile(word, `cannot read ${word}, which the command names`)];
  });
  const listed = files.map((file) => [
    'file',
    sha256OfFile(file, `cannot read ${file}, which the program lists`),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([parts, listed]))
    .digest('hex');
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
