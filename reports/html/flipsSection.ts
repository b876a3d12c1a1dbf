import type { GateReport } from '../../harness/gate/index.ts';
import { flipCount, flipText } from '../gate/flipText.ts';
import { rerunCommand } from '../gate/rerunCommand.ts';
import { escapeHtml } from './escapeHtml.ts';

const flipsShown = 50;

/** Scenarios lost and won against the baseline, each with the command that repeats it. */
export function flipsSection(baseline: GateReport | undefined): string {
  if (baseline === undefined) {
    return '<div class="undrawable">There is no baseline to compare with (semfocus report DIR --baseline DIR).</div>';
  }
  const { flips, candidate, problems, sameness } = baseline;
  const shown = flips.slice(0, flipsShown);
  const rows = shown
    .map(
      (flip) =>
        `<tr><th scope="row"><span class="stamp ${flip.direction === 'lost' ? 'invalid' : 'valid'}">${flip.direction}</span></th><td class="text">${escapeHtml(flipText(flip))}<br><code>${escapeHtml(rerunCommand(candidate, flip))}</code></td></tr>`,
    )
    .join('');
  const doubts = problems.map(({ message }) => `<li>${escapeHtml(message)}</li>`).join('');
  const pairs = sameness.reduce((sum, one) => sum + one.pairs, 0);
  const rest = flips.length - shown.length;
  return `<p class="note">${escapeHtml(`${flipCount(flips)} of ${pairs} scenarios that both runs met.`)}${rest > 0 ? ` ${rest} more are not listed.` : ''}</p>
${doubts === '' ? '' : `<ul class="note">${doubts}</ul>`}${
  rows === ''
    ? '<p class="undrawable">No scenario changed sides.</p>'
    : `<div class="scroll" tabindex="0" role="region" aria-label="Flips"><table class="flips"><tbody>${rows}</tbody></table></div>`
}`;
}
