/**
 * The parts of a label in lines of no more than a width; a part that is wider has a line of its own.
 *
 * @param separator - Stands between the parts of a line.
 * @param widthOf - Width of a text, in the same unit as `room`.
 */
export function wrapLabel(
  parts: readonly string[],
  separator: string,
  room: number,
  widthOf: (text: string) => number,
): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1)}${separator}${part}`;
    if (lines.length > 0 && widthOf(longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}
