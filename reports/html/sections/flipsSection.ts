import type { Flip } from '../../../harness/gate/index.ts';
import type { TrajectoryRecord } from '../../../harness/record/index.ts';
import type { Series } from '../../chart/index.ts';
import { flipCount, flipText, rerunCommand } from '../../gate/index.ts';
import { escapeHtml } from '../../words/index.ts';
import { flipPictures } from '../pictures/flipPictures.ts';
import type { PreviewPngs } from '../pictures/PreviewPngs.ts';
import { picturedFlips } from '../pictures/picturedFlips.ts';
import type { ReportBaseline } from './ReportBaseline.ts';
import { rulesTable } from './rulesTable.ts';
import { scrolling } from './tableHtml.ts';
import { trajectoryLink } from './trajectoryLink.ts';

const flipsShown = 50;

/**
 * What the rules of the gate say against the baseline, and the scenarios lost and won, each with the
 * command that repeats it, the first with what both runs made of the same place.
 */
export function flipsSection(
  records: readonly TrajectoryRecord[],
  images: ReadonlyMap<string, PreviewPngs>,
  baseline: ReportBaseline | undefined,
  {
    attributes,
    series,
  }: {
    /** By key: what a page finds a card by. */
    readonly attributes: ReadonlyMap<string, string>;
    readonly series: readonly Series[];
  },
): string {
  if (baseline === undefined) {
    return '<div class="undrawable">There is no baseline to compare with (semfocus report DIR --baseline DIR).</div>';
  }
  const { flips, sameness } = baseline.gate;
  const sides = sidesOf(records, images, baseline);
  const pictured = picturedFlips(flips).flatMap((flip) => {
    const pictures = flipPictures(flip, sides.candidate, sides.base);
    return pictures === '' ? [] : [{ flip, pictures }];
  });
  const others = flips.filter((flip) => !pictured.some((one) => one.flip === flip));
  const listed = others.slice(0, flipsShown);
  const cards = pictured.map(
    ({ flip, pictures }) =>
      `<article class="flip"${attributes.get(flip.key) ?? ''}><p>${stamp(flip)} ${told(flip)}${trajectoryLink(flip.key)}</p>${pictures}${commands(flip, baseline)}</article>`,
  );
  const rows = listed.map(
    (flip) =>
      `<tr${attributes.get(flip.key) ?? ''}><th scope="row">${stamp(flip)}</th><td class="text">${told(flip)}${trajectoryLink(flip.key)}${commands(flip, baseline)}</td></tr>`,
  );
  const pairs = sameness.reduce((sum, one) => sum + one.pairs, 0);
  const note = `of ${pairs} scenarios that both runs met: lost is what the baseline brought into focus and this run did not, the farthest from focus first.`;
  const unlisted = others.length - listed.length;
  return `${rulesTable(baseline.gate, series)}
<h3 class="apart">Scenarios that changed sides: ${flipCount(flips)}</h3>
${
  flips.length === 0
    ? `<p class="note">Of ${pairs} scenarios that both runs met none changed sides.</p>`
    : `<p class="note">${escapeHtml(`${flips.length} ${note}`)}${framesNote(flips.length, pictured.length)}${unlisted > 0 ? ` ${unlisted} more are not listed.` : ''}</p>`
}${cards.join('\n')}${
  rows.length === 0
    ? ''
    : scrolling(
        'Flips without frames',
        `<table class="flips"><tbody>${rows.join('')}</tbody></table>`,
      )
}`;
}

/** The records of either side by key, with their frames. */
function sidesOf(
  records: readonly TrajectoryRecord[],
  images: ReadonlyMap<string, PreviewPngs>,
  baseline: ReportBaseline,
) {
  const byKey = (side: readonly TrajectoryRecord[]) =>
    new Map(side.map((record) => [record.key, record]));
  return {
    candidate: { name: 'this run', records: byKey(records), images },
    base: { name: 'baseline', records: byKey(baseline.records), images: baseline.images },
  };
}

function framesNote(flips: number, pictured: number): string {
  if (pictured === 0) return ' No frames were kept of them.';
  const which = pictured === flips ? 'all of them' : `${pictured} of them`;
  return ` Frames of ${which}: the middle of each, px by px, at the same place; residuals of working distance, stigmator x and y.`;
}

function told(flip: Flip): string {
  return escapeHtml(flipText(flip).replace(' -> ', ' → '));
}

function stamp({ direction }: Flip): string {
  return `<span class="stamp ${direction === 'lost' ? 'invalid' : 'valid'}">${direction}</span>`;
}

/** What makes the trajectory again, on either side. */
function commands(flip: Flip, { gate, records }: ReportBaseline): string {
  const own = rerunCommand(gate.candidate, flip);
  const base = records.find(({ key }) => key === flip.baseKey);
  const theirs =
    base && rerunCommand(gate.base, { algorithm: base.scenario.algorithm.name, key: flip.baseKey });
  const line = (name: string, command: string) =>
    `<p class="rerun"><span>${name}:</span> <code>${escapeHtml(command)}</code></p>`;
  return line('again', own) + (theirs === undefined ? '' : line('baseline', theirs));
}
