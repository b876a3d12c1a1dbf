import {
  effectOrder,
  type GateReport,
  type RuleEffect,
  ruledRows,
} from '../../../harness/gate/index.ts';
import { type Series, seriesNamed } from '../../chart/index.ts';
import {
  errorRateText,
  rowsShown,
  ruleCells,
  ruleHead,
  ruleSentence,
  samenessText,
} from '../../gate/index.ts';
import { escapeHtml, plural } from '../../words/index.ts';
import { rowHtml, scrolling } from './tableHtml.ts';

const isGrave: Readonly<Record<RuleEffect, boolean>> = {
  fail: true,
  missing: true,
  warn: true,
  pass: false,
  skipped: false,
};

/** A colour for each state. */
const looks: Readonly<Record<RuleEffect, string>> = {
  fail: 'invalid',
  missing: 'missing',
  warn: 'open',
  pass: 'valid',
  skipped: 'skipped',
};

/** What every rule of the gate found, those that do not pass first and in words. */
export function rulesTable(gate: GateReport, series: readonly Series[]): string {
  const ordered = ruledRows(gate);
  const grave = ordered.filter(({ effect }) => isGrave[effect]);
  const doubts = [...gate.problems, ...gate.tolerated].map(({ message }) => message);
  const told = [...new Set([...doubts, ...grave.map(ruleSentence)])];
  const items = told.slice(0, rowsShown).map((text) => `<li>${escapeHtml(text)}</li>`);
  if (told.length > items.length) {
    items.push(`<li>and ${told.length - items.length} more, in the table</li>`);
  }
  const [, ...head] = ruleHead;
  const heads = ['verdict', ...head].map((text) => `<th scope="col">${escapeHtml(text)}</th>`);
  const rows = ordered
    .map((result) => {
      const [effect = '', ...cells] = ruleCells(result);
      return rowHtml(`<span class="stamp ${looks[result.effect]}">${effect}</span>`, cells, {
        series: seriesNamed(series, result.comparison.algorithm.candidate),
      });
    })
    .join('');
  const { rules } = gate;
  return `<h3>${escapeHtml(titleOf(gate))}</h3>
<p class="note">${escapeHtml(`Rules: ${rules.name}. ${rules.description} ${errorRateText(gate)} ${samenessText(gate).join(' ')}`)}</p>
${items.length === 0 ? '' : `<ul class="note">${items.join('')}</ul>`}
<details class="numbers rules"${grave.length > 0 ? ' open' : ''}><summary>All ${ordered.length} rows</summary>${scrolling('Rules of the gate', `<table><thead><tr>${heads.join('')}</tr></thead><tbody>${rows}</tbody></table>`)}</details>`;
}

/** What one row does, and what several do. */
const words: Readonly<Record<RuleEffect, readonly [string, string]>> = {
  fail: ['fails', 'fail'],
  missing: ['lacks evidence', 'lack evidence'],
  warn: ['warns', 'warn'],
  pass: ['passes', 'pass'],
  skipped: ['is skipped', 'are skipped'],
};

/** `Of 31 rows of the rules 2 fail, 29 pass`. */
function titleOf(gate: GateReport): string {
  const results = ruledRows(gate);
  const counts = effectOrder.flatMap((effect) => {
    const count = results.filter((result) => result.effect === effect).length;
    return count === 0 ? [] : [plural(count, ...words[effect])];
  });
  return counts.length === 0
    ? 'No rule could be applied'
    : `Of ${plural(results.length, 'row')} of the rules ${counts.join(', ')}`;
}
