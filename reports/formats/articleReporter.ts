import { basename, dirname, join } from 'node:path';
import { articleMarkdown, articleSections } from '../article/index.ts';
import { articlePage } from '../html/index.ts';
import type { Reporter } from './Reporter.ts';

/** The article's figures beside ours: a page in one file, or Markdown with its figures in a folder beside it. */
export const articleReporter: Reporter = {
  about: "the article's figures and tables beside ours; *.md is Markdown",
  files({ records }, path) {
    const sections = articleSections(records);
    if (!path.endsWith('.md')) return [{ path, content: articlePage(sections) }];
    const folder = `${basename(path, '.md')}-figures`;
    const { page, figures } = articleMarkdown(sections, folder);
    return [
      { path, content: page },
      ...figures.map(({ name, content }) => ({ path: join(dirname(path), folder, name), content })),
    ];
  },
};
