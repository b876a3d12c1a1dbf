import { markdownCode, markdownText } from '../../words/index.ts';
import type { PaperFigure } from './PaperFigure.ts';

/**
 * Which files there are, what each one shows and how to read it; and what could not be drawn.
 *
 * @param declined - How many algorithms and conditions are left out because to decline was right.
 */
export function captionsText(figures: readonly PaperFigure[], declined: number): string {
  const drawn = figures.flatMap((one) => ('charts' in one ? [one] : []));
  const missing = figures.flatMap((one) => ('charts' in one ? [] : [one.figure]));
  const lines = [
    '# Figures',
    ...drawn.flatMap(({ figure: { title, caption }, charts }) => [
      '',
      `## ${markdownText(title)}`,
      '',
      markdownText(caption),
      '',
      ...charts.map(
        ({ label, files }) =>
          `- ${label === '' ? '' : `${markdownText(label)}: `}${files.map(markdownCode).join(', ')}`,
      ),
    ]),
    ...(missing.length + declined === 0 ? [] : ['', '## Not drawn', '']),
    ...missing.map(
      ({ title, undrawable }) => `- ${markdownText(title)}: ${markdownText(undrawable)}`,
    ),
    ...(declined === 0
      ? []
      : [
          `- Where all trajectories were right to decline, nothing moves: ${declined} of the pairs of algorithm and condition are in no figure`,
        ]),
  ];
  return `${lines.join('\n')}\n`;
}
