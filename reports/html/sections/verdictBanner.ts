import { type GateReport, ruledRows } from '../../../harness/gate/index.ts';
import {
  flipCount,
  gateSentence,
  ruleSentence,
  sidesText,
  sideText,
  verdictWords,
} from '../../gate/index.ts';
import type { Summary } from '../../summary/index.ts';
import { escapeHtml, findings } from '../../words/index.ts';
import type { Validity } from './validity.ts';

/** Reasons that a banner has room for. */
const reasonsShown = 3;

/** What a reader may stop at: can it be relied on, is anything worse, who won. */
export function verdictBanner(
  summary: Summary,
  { stamps, reasons, notes }: Validity,
  baseline: GateReport | undefined,
): string {
  const told = findings(summary);
  // Against a baseline the verdict of the gate is what a reader comes for.
  const [headline = '', ...others] =
    baseline === undefined ? told : [gateSentence(baseline), ...told];
  const stampHtml = stamps
    .map((stamp) => `<span class="stamp ${stamp.toLowerCase()}">${stamp}</span>`)
    .join(' ');
  const why =
    reasons.length > 0
      ? reasons.join('; ')
      : 'every planned trajectory has a record, of one version and one runtime';
  const items = [...others, ...notes.map((note) => `Note: ${note}.`)];
  return `<div class="banner${stamps.includes('INVALID') ? ' warn' : ''}">
${stamps.length === 0 ? '' : `<p class="verdict">${stampHtml}<span>${escapeHtml(why)}</span></p>\n`}<p>${baseline === undefined ? '' : gateStamp(baseline)}${escapeHtml(headline)}</p>${baseline === undefined ? '' : baselineLines(baseline)}${
    items.length === 0
      ? ''
      : `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`
  }</div>`;
}

function gateStamp({ verdict, isValid }: GateReport): string {
  const stamp = isValid ? '' : ' <span class="stamp invalid">INVALID</span>';
  return `<span class="stamp ${verdictLooks[verdict]}">${verdictWords[verdict]}</span>${stamp} `;
}

/** The colour of the verdict is that of the rows that make it. */
export const verdictLooks: Record<GateReport['verdict'], string> = {
  pass: 'valid',
  fail: 'invalid',
  'evidence-missing': 'missing',
};

function baselineLines(gate: GateReport): string {
  const allowed = gate.isValid ? '' : ' Missing evidence was allowed.';
  return `<p class="baseline">${escapeHtml(`${sidesText(gate)}${allowed}`)}</p>${reasonsOf(gate)}<p class="baseline">${escapeHtml(`Flips: ${flipCount(gate.flips)}. Baseline: ${sideText(gate.base)}.`)} <a href="#flips">All rules and flips</a></p>
`;
}

/** The gravest of what keeps it from passing, in the words of the rules. */
function reasonsOf(gate: GateReport): string {
  const [, ...problems] = gate.problems;
  const grave = ruledRows(gate).filter(({ effect }) => effect === 'fail' || effect === 'missing');
  const reasons = [...problems.map(({ message }) => message), ...grave.map(ruleSentence)];
  const told = [...new Set(reasons)];
  if (told.length === 0) return '';
  const items = told.slice(0, reasonsShown).map((text) => `<li>${escapeHtml(text)}</li>`);
  const left = told.length - items.length;
  return `<ul class="reasons">${items.join('')}${left > 0 ? `<li>and ${left} more</li>` : ''}</ul>
`;
}
