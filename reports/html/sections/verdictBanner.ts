import type { GateReport } from '../../../harness/gate/index.ts';
import {
  flipCount,
  regressionText,
  ruleSentence,
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

function gateStamp(gate: GateReport): string {
  const isPass = gate.verdict === 'pass' && gate.isValid;
  return `<span class="stamp ${isPass ? 'valid' : 'invalid'}">${verdictWords[gate.verdict]}</span> `;
}

function gateSentence(gate: GateReport): string {
  const { candidate, base, rules, isValid } = gate;
  const allowed = isValid ? '' : ' Missing evidence was allowed.';
  return `${candidate.name} against ${base.name}, by the rules ${rules.name}: ${regressionText(gate)}${allowed} Flips: ${flipCount(gate.flips)}.`;
}

function baselineLines(gate: GateReport): string {
  return `${reasonsOf(gate)}<p class="baseline">${escapeHtml(`Baseline: ${sideText(gate.base)}.`)} <a href="#flips">All rules and flips</a></p>
`;
}

/** The gravest of what keeps it from passing, in the words of the rules. */
function reasonsOf({ problems, results }: GateReport): string {
  const reasons = [
    ...problems.map(({ message }) => message),
    ...results.filter(({ effect }) => effect === 'fail').map(ruleSentence),
    ...results.filter(({ effect }) => effect === 'missing').map(ruleSentence),
  ];
  const told = [...new Set(reasons)];
  if (told.length === 0) return '';
  const items = told.slice(0, reasonsShown).map((text) => `<li>${escapeHtml(text)}</li>`);
  const left = told.length - items.length;
  return `<ul class="reasons">${items.join('')}${left > 0 ? `<li>and ${left} more</li>` : ''}</ul>
`;
}
