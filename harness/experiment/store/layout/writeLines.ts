import { writeAtomically } from '../../../files/index.ts';

/** Writes a whole file of lines; its bytes are on the disk before the old file goes. */
export function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  return writeAtomically(path, ended(lines), { isDurable: true });
}

function* ended(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}
