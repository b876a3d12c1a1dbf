import type { FigureInput } from '../../figures/index.ts';
import { escapeHtml, stigmatorUnit, trajectoriesText } from '../../words/index.ts';
import { scrolling } from '../sections/tableHtml.ts';

/**
 * More rows scroll in a window of their own, which has its height before they are made: nothing below it moves. The
 * script of the page knows the number as well.
 */
const rowsInSight = 14;

/** Columns of the list: what they are called, and the unit. */
const heads = [
  ['algorithm', ''],
  ['condition', ''],
  ['trajectory', ''],
  ['seed', ''],
  ['outcome', ''],
  ['|wd| at the end', 'µm'],
  ['|stig x|', stigmatorUnit],
  ['|stig y|', stigmatorUnit],
  ['iterations', ''],
  ['frames', ''],
  ['dose', 'e/nm²'],
] as const;

/** A list of all trajectories, which the script of the page fills when a reader comes to it. */
export function trajectoriesSection({ groups }: FigureInput): string {
  const total = groups.reduce((sum, { records }) => sum + records.length, 0);
  if (total === 0) return '<div class="undrawable">There are no trajectories.</div>';
  const cells = heads.map(
    ([name, unit], column) =>
      `<th scope="col" data-list="${column}">${escapeHtml(name)}${unit === '' ? '' : `<small>${unit}</small>`}</th>`,
  );
  return `<noscript><p class="undrawable">${trajectoriesText(total)}: the list, and the page of each, need scripts.</p></noscript>
<p class="buttons needs-script"><input type="search" id="search" placeholder="key, seed, algorithm, outcome" aria-label="Search trajectories" autocomplete="off" spellcheck="false"><span class="note" id="found" role="status"></span></p>
<div class="needs-script${total > rowsInSight ? ' long' : ''}">${scrolling('Trajectories', `<table class="trajectories" id="trajectory-list"><thead><tr>${cells.join('')}</tr></thead><tbody></tbody></table>`)}<button type="button" id="more-trajectories" hidden>More</button></div>`;
}
