import { escapeHtml } from '../words/index.ts';
import { styleSheet } from './asset.ts';

/**
 * One self-contained HTML file that may load nothing: a content security policy forbids it.
 *
 * @param body - As HTML.
 * @param canRunScripts - Whether scripts that stand in the body may run, and make images of their own.
 */
export function htmlPage(title: string, body: string, canRunScripts = false): string {
  const [scripts, images] = canRunScripts
    ? ["script-src 'unsafe-inline'; ", 'data: blob:']
    : ['', 'data:'];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${scripts}style-src 'unsafe-inline'; img-src ${images}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
${styleSheet()}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
