import { paperSvg } from '../figures/article/index.ts';
import { markdownTable, markdownText } from '../words/index.ts';
import { notRepeated } from './articleItems.ts';
import { type ArticleSection, articleIntroduction } from './articleSections.ts';

const pageWidthMm = 183;

/** A text file, by its name beside the page. */
interface SvgFile {
  readonly name: string;
  readonly content: string;
}

/**
 * The page as Markdown, and its figures.
 *
 * @param folder - Of the figures, from the page.
 */
export function articleMarkdown(
  sections: readonly ArticleSection[],
  folder: string,
): { readonly page: string; readonly figures: readonly SvgFile[] } {
  const figures: SvgFile[] = [];
  const lines = sections.flatMap((section) => {
    const { item, head, reported, measured, figure, seeds } = section;
    const row = (source: string) => (cells: readonly string[]) => [
      source,
      ...cells.map(markdownText),
    ];
    const drawn =
      figure === undefined || 'undrawable' in figure
        ? []
        : figure.views.slice(0, 1).flatMap(({ chart }) => {
            const name = `${chart.name}.svg`;
            figures.push({ name, content: paperSvg(chart, pageWidthMm) });
            return ['', `![${item.name}](${folder}/${name})`, '', markdownText(figure.caption)];
          });
    return [
      ...['', `## ${item.name}: ${item.subject}`, '', item.conclusion, ''],
      `Differences: ${item.differences}`,
      '',
      ...markdownTable(
        ['', ...head],
        [...reported.map(row('article')), ...measured.map(row('here'))],
      ),
      '',
      measured.length === 0
        ? `Not run: \`semfocus run ${item.suite}\`.`
        : `\`semfocus run ${item.suite}\`, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}.`,
      ...drawn,
    ];
  });
  const page = [
    ...['# The article, repeated', '', articleIntroduction],
    ...lines,
    ...['', '## Not repeated', ''],
    ...notRepeated.map(([name, why]) => `- ${name}: ${why}.`),
  ];
  return { page: `${page.join('\n')}\n`, figures };
}
