/** Widths in thousandths of the font size, of a wide grotesque (Helvetica, rounded up). */
const narrow = "iljtfrI.,:;|!'()[]{}/ -·";
const wide = 'mwMWQ%@—';

/**
 * Roughly how wide a text is when it is drawn: at most a tenth off for common fonts without serifs.
 * Nothing here can ask a font, and a label that is given too much room is no harm.
 *
 * @returns In the unit of `fontSize`.
 */
export function textWidth(text: string, fontSize: number): number {
  let thousandths = 0;
  for (const letter of text) {
    if (narrow.includes(letter)) thousandths += 330;
    else if (wide.includes(letter)) thousandths += 900;
    else if (letter >= 'A' && letter <= 'Z') thousandths += 690;
    else thousandths += 560;
  }
  return (thousandths / 1000) * fontSize;
}

/**
 * A text in lines no wider than `width`, broken at spaces, commas and hyphens. What does not fit into
 * `mostLines` ends in an ellipsis.
 */
export function fitText(
  text: string,
  width: number,
  fontSize: number,
  mostLines: number,
): readonly string[] {
  const words = text.match(/[^\s,/-]*[\s,/-]*/g)?.filter((word) => word !== '') ?? [];
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && textWidth((line + word).trimEnd(), fontSize) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word;
  }
  lines.push(line.trimEnd());
  const shown = lines.slice(0, mostLines);
  return shown.map((one, i) => {
    const isCut = i === shown.length - 1 && lines.length > mostLines;
    return shorten(isCut ? `${one}…` : one, width, fontSize);
  });
}

function shorten(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  let kept = text.replace(/…$/, '');
  while (kept.length > 1 && textWidth(`${kept}…`, fontSize) > width) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}…`;
}
