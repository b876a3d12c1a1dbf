import { type ArticleSection, articleIntroduction, notRepeated } from '../article/index.ts';
import { escapeHtml } from '../words/index.ts';
import { htmlPage } from './htmlPage.ts';
import { figureHtml } from './sections/figureHtml.ts';
import { rowHtml, scrolling } from './sections/tableHtml.ts';

/** The article's figures and tables beside ours as one self-contained HTML file, readable without scripts. */
export function articlePage(sections: readonly ArticleSection[]): string {
  const title = 'The article, repeated';
  const links = sections.map(
    ({ item }) => `<a href="#${item.id}">${escapeHtml(item.name.split(',')[0] ?? item.name)}</a>`,
  );
  return htmlPage(
    title,
    `<header>
<p class="kicker">semfocus report</p>
<h1>${title}</h1>
<p class="facts">${escapeHtml(articleIntroduction)}</p>
<nav aria-label="Sections">${links.join('')}<a href="#not-repeated">Not repeated</a></nav>
</header>
<main>
${sections.map(sectionHtml).join('\n')}
<section id="not-repeated"><h2>Not repeated</h2><dl>${notRepeated.map(([name, why]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(why)}</dd>`).join('')}</dl></section>
</main>`,
  );
}

function sectionHtml({ item, head, reported, measured, seeds, figure }: ArticleSection): string {
  const heads = ['', ...head].map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('');
  const rows = [
    ...reported.map((cells) => rowHtml('article', cells)),
    ...measured.map((cells) => rowHtml('here', cells)),
  ];
  const table = `<table class="left"><thead><tr>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  const source =
    measured.length === 0
      ? `Not run: <code>semfocus run ${item.suite}</code>`
      : `<code>semfocus run ${item.suite}</code>, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;
  return `<section id="${item.id}"><h2>${escapeHtml(`${item.name}: ${item.subject}`)}</h2>
<p>${escapeHtml(item.conclusion)}</p>
<p class="note">Differences: ${escapeHtml(item.differences)}</p>
${scrolling(item.name, table)}
<p class="note">${source}.</p>
${figure === undefined ? '' : figureHtml(figure, { hasExports: false })}</section>`;
}
