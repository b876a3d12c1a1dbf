export { notRepeated } from './articleItems.ts';
export { articleMarkdown } from './articleMarkdown.ts';
export { type ArticleSection, articleIntroduction, articleSections } from './articleSections.ts';
