import { readFileSync } from 'node:fs';

/**
 * The colours of the report for pages on which the reader chooses between light and dark: every
 * custom property of its two themes as one `light-dark()`.
 *
 * @param reportCss - The style sheet of the report: its first `:root` rule is the light theme, its
 *   second one the dark.
 * @throws Error if there are no two such rules.
 */
export function paletteCss(
  reportCss = readFileSync(new URL('./report.css', import.meta.url), 'utf8'),
): string {
  const [light, dark] = [...reportCss.matchAll(/:root[^{]*\{([^}]*)\}/g)].map(([, rule = '']) =>
    propertiesOf(rule),
  );
  if (light === undefined || dark === undefined) {
    throw new Error('the style sheet of the report must have a light and a dark :root rule');
  }
  const lines = [...light].map(
    ([name, value]) => `  ${name}: light-dark(${value}, ${dark.get(name) ?? value});\n`,
  );
  return `:root {\n${lines.join('')}}\n`;
}

function propertiesOf(rule: string): Map<string, string> {
  return new Map(
    [...rule.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
  );
}
