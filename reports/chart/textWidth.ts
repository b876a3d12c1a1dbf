/** Widths in thousandths of the font size, of a wide grotesque (DejaVu Sans, what Linux falls back to). */
const narrow = "iljtfrI.,:;|!'()[]{}/ -·";
const wide = 'mwMWQ%@—';

/**
 * Roughly how wide a text is when it is drawn: right for a wide font, up to a
 * fifth too much for a narrow one. Nothing here can ask a font, and too much room is no harm.
 *
 * @returns In the unit of `fontSize`.
 */
export function textWidth(text: string, fontSize: number): number {
  let thousandths = 0;
  for (const letter of text) {
    if (narrow.includes(letter)) thousandths += 380;
    else if (wide.includes(letter)) thousandths += 960;
    else if (letter >= 'A' && letter <= 'Z') thousandths += 700;
    else if (letter >= '0' && letter <= '9') thousandths += 636;
    else thousandths += 625;
  }
  return (thousandths / 1000) * fontSize;
}

/**
 * A text in lines no wider than `width`, broken at spaces (not those that join a number to its
 * unit), commas, slashes and hyphens. What does not fit into
 * `mostLines` ends in an ellipsis.
 */
export function fitText(
  text: string,
  width: number,
  fontSize: number,
  mostLines: number,
): readonly string[] {
  const words = text.match(/[^ ,/-]*[ ,/-]*/g)?.filter((word) => word !== '') ?? [];
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
