import { describe, expect, it } from 'vitest';
import { outputsOf } from './outputs.ts';

const formats = ['html', 'console', 'json', 'parquet'] as const;
const rules = {
  formats,
  byDefault: 'html',
  fileOf: (format: string) =>
    ['html', 'parquet'].includes(format) ? `DIR/report.${format}` : undefined,
} as const;
const outputs = (named: string[] | undefined, files: string[] = []) =>
  outputsOf(named, files, rules);

describe('outputsOf', () => {
  it('writes what cannot be printed to a file of its own, without being asked where', () => {
    expect(outputs(undefined)).toEqual([{ format: 'html', file: 'DIR/report.html' }]);
    expect(outputs(['console', 'parquet'])).toEqual([
      { format: 'console' },
      { format: 'parquet', file: 'DIR/report.parquet' },
    ]);
  });

  it('takes a file alone for the one format there is', () => {
    expect(outputs(undefined, ['a.html'])).toEqual([{ format: 'html', file: 'a.html' }]);
    expect(outputs(['html'], ['a'])).toEqual([{ format: 'html', file: 'a' }]);
  });

  it('takes the format from the ending', () => {
    expect(outputs(undefined, ['a.json', 'dir.html/b.parquet'])).toEqual([
      { format: 'json', file: 'a.json' },
      { format: 'parquet', file: 'dir.html/b.parquet' },
    ]);
    expect(outputs(['console'], ['console=a.txt'])).toEqual([{ format: 'console', file: 'a.txt' }]);
  });

  it('takes a file alone for a format that is named', () => {
    expect(outputs(['json'], ['a.json'])).toEqual([{ format: 'json', file: 'a.json' }]);
  });

  it('knows that the page of the article may be HTML or Markdown', () => {
    const pages = {
      formats: ['html', 'markdown', 'article'],
      byDefault: 'html',
      fileOf: () => 'page',
    } as const;
    expect(outputsOf(['article'], ['a.md'], pages)).toEqual([{ format: 'article', file: 'a.md' }]);
    expect(outputsOf(undefined, ['article=a.html', 'b.md'], pages)).toEqual([
      { format: 'article', file: 'a.html' },
      { format: 'markdown', file: 'b.md' },
    ]);
  });

  it('writes the files that are named and no other', () => {
    expect(outputs(undefined, ['json=a', 'console=b=c'])).toEqual([
      { format: 'json', file: 'a' },
      { format: 'console', file: 'b=c' },
    ]);
    expect(outputs(['console'], ['json=a'])).toEqual([
      { format: 'console' },
      { format: 'json', file: 'a' },
    ]);
  });

  it.each([
    [['console', 'json'], [], 'one format can be printed; .* Received console and json'],
    [['console', 'html'], ['a'], '--out must be <format>=<file>, or .* Received "a"'],
    [undefined, ['a.txt'], 'or a file that ends in .html, .parquet or .json. Received "a.txt"'],
    [['html'], ['a.json'], 'html another ending. Received "a.json", which is for json'],
    [undefined, ['html=a.JSON'], 'html another ending. Received "html=a.JSON", which is for json'],
    [undefined, ['json=a', 'json=b'], '--out must name a file for each format. .* two for json'],
    [['jsno'], [], '--format must be .* Received "jsno"; did you mean json\\?'],
    [undefined, ['pdf=a'], '--out must be html, console, json or parquet. Received "pdf"'],
  ])('refuses --format %j --out %j', (named, files, message) => {
    expect(() => outputs(named, files)).toThrow(new RegExp(message));
  });
});
