import { seriesOf } from '../../chart/index.ts';
import type { Summary } from '../../summary/index.ts';
import { simToRealFigure } from '../../validation/index.ts';
import { escapeHtml, simToRealSentence } from '../../words/index.ts';
import { figureHtml } from './figureHtml.ts';
import { verdictStamp } from './verdictStamp.ts';

/**
 * What was measured on an instrument beside the same suite in simulation.
 *
 * @returns nothing for a report of the simulator alone.
 */
export function simToRealSection(summary: Summary): string {
  const { groups, simToReal } = summary;
  if (groups.every(({ reference }) => reference === null)) return '';
  if (simToReal.length === 0) {
    return `<div class="undrawable">No simulated run of the same suite is part of this report. With both folders it compares them: semfocus report MEASURED SIMULATED.</div>`;
  }
  return simToReal
    .map((comparison, index) => {
      const left = comparison.notCompared.map(
        ({ algorithm, dwellTimeNs }) => `${algorithm} at ${dwellTimeNs} ns`,
      );
      const note =
        left.length === 0
          ? ''
          : `<p class="note">Not compared, because nothing like it was simulated: ${escapeHtml(left.join(', '))}.</p>`;
      return `<p class="comparison">${verdictStamp(comparison.verdict)} ${escapeHtml(simToRealSentence(comparison))}</p>${note}${figureHtml(simToRealFigure(comparison, index, seriesOf(summary)))}`;
    })
    .join('\n');
}
