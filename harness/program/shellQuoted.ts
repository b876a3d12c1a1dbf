/** A word for a POSIX shell; what stands in angle brackets is for the reader to fill in. */
export function shellQuoted(argument: string): string {
  if (/^<[a-z]+>$|^[\w./:=,@%+-]+$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
