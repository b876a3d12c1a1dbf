import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { commandTitle, commandWords } from '../../program/index.ts';
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

/**
 * The program that a command starts.
 *
 * @throws ConfigError if the text holds no command.
 */
export function programSource(text: string): ProgramSource {
  const words = commandWords(text);
  return {
    words,
    title: commandTitle(words),
    hasOwnChannel: false,
    sha256: (files) => sha256OfCommand(words, files),
  };
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
