import { outcomes } from '../../../harness/record/index.ts';
import type { FigureInput } from '../../figures/index.ts';
import { escapeHtml, plural } from '../../words/index.ts';
import { swatch } from './swatch.ts';

/** More are in a menu, so that the bar stays one line. */
const namesShown = 4;

/**
 * What a reader wants to see: algorithms, a condition, an outcome. The script of the page hides the rest.
 *
 * @returns nothing where there is nothing to choose from.
 */
export function filterBar({ groups, series, conditions }: FigureInput): string {
  const occurring = new Set(groups.flatMap(({ records }) => records.map(({ outcome }) => outcome)));
  const choices = [
    series.length > 1 ? algorithms(series) : '',
    conditions.length > 1
      ? select('condition', plural(conditions.length, 'condition'), [...conditions.entries()])
      : '',
    occurring.size > 1
      ? select('outcome', 'any outcome', [
          ['success', 'successes'],
          ['failure', 'no successes'],
          ...outcomes.filter((outcome) => occurring.has(outcome)).map((one) => [one, one] as const),
        ])
      : '',
  ].filter((choice) => choice !== '');
  if (choices.length === 0) return '';
  return `<form class="filters needs-script" id="filters" aria-label="What is shown">
${choices.join('\n')}
<button type="reset" hidden>Show all</button>
<p class="note" role="status"></p>
</form>`;
}

function algorithms(series: FigureInput['series']): string {
  const isMenu = series.length > namesShown;
  const boxes = series
    .map(
      (look) =>
        `<label class="choice"><input type="checkbox" name="algorithm" value="${look.index}" checked>${swatch(look)}<span>${escapeHtml(look.label)}</span></label>${isMenu ? `<button type="button" value="${look.index}" aria-label="${escapeHtml(`only ${look.label}`)}">only</button>` : ''}`,
    )
    .join('');
  return !isMenu
    ? `<div class="choices" role="group" aria-label="Algorithms">${boxes}</div>`
    : `<details class="menu"><summary>Algorithms <span class="count">${series.length} of ${series.length}</span></summary><div class="choices" role="group" aria-label="Algorithms">${boxes}</div></details>`;
}

function select(
  name: string,
  all: string,
  options: readonly (readonly [string | number, string])[],
): string {
  const others = options.map(
    ([value, text]) => `<option value="${value}">${escapeHtml(text)}</option>`,
  );
  return `<select name="${name}" aria-label="${name}"><option value="">${all}</option>${others.join('')}</select>`;
}
