import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import { encodePng } from '../../harness/image/index.ts';
import type { GreyPixels } from '../../harness/microscope/index.ts';
import type { Validation } from '../../harness/validation/index.ts';
import {
  caveats,
  pairHeading,
  refusals,
  validationFacts,
  validationFigure,
  validationHead,
  validationRow,
  verdictSentence,
} from '../validation/index.ts';
import { escapeHtml } from '../words/index.ts';
import { htmlPage } from './htmlPage.ts';
import { framePicture } from './pictures/framePicture.ts';
import { figureHtml } from './sections/figureHtml.ts';
import { scrolling, tableHtml } from './sections/tableHtml.ts';
import { verdictStamp } from './sections/verdictStamp.ts';

/** Side of the middle of a frame that is shown, px. */
const shownPx = 320;

/**
 * A validation as one self-contained HTML file, readable without scripts.
 *
 * @param pictures - A real pair, and a simulated one in the same state.
 */
export function validationPage(
  validation: Validation,
  pictures: { readonly real: PerturbedPair; readonly simulated: PerturbedPair },
): string {
  const title = `Validation of ${validation.instrument ?? validation.series} against ${validation.preset}`;
  const notes = caveats(validation);
  const facts = validationFacts(validation)
    .map(([label, text]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(text)}</dd>`)
    .join('');
  return htmlPage(
    title,
    `<header>
<p class="kicker">semfocus validate</p>
<h1>${escapeHtml(title)}</h1>
<div class="banner${validation.verdict === 'predicted' ? '' : ' warn'}"><p>${verdictStamp(validation.verdict)} ${escapeHtml(verdictSentence(validation))}</p>${notes.length === 0 ? '' : `<ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`}</div>
</header>
<main>
<section id="readings"><h2>Readings</h2>
${figureHtml(validationFigure(validation), { hasExports: false })}
${tables(validation)}
<p class="note">real: the correction of working distance that the method asks for. off: its error against the settings. simulated: mean ± SD of what it reads in simulation in the same state. z: distance of the real reading from its prediction in standard deviations, after the common scale s. inside: |z| below 2. a, b: the stigmator part of the correction as focal shift, µm.</p></section>
<section id="frames"><h2>Frames</h2><div class="pictures">${framesHtml(pictures)}</div></section>
<section id="methods"><h2>How it was compared</h2><dl>${facts}</dl></section>
</main>`,
  );
}

function tables(validation: Validation): string {
  const { pairs, readings } = validation;
  const parts = pairs.flatMap((pair, index) => {
    const rows = readings
      .filter((reading) => reading.pair === index)
      .map((reading) => ({ cells: validationRow(reading) }));
    const heading = pairHeading(pair, validation);
    return rows.length === 0
      ? []
      : [
          `<h3 class="apart">${escapeHtml(heading)}</h3>${scrolling(heading, tableHtml({ head: validationHead, rows }))}`,
        ];
  });
  const refused = refusals(validation);
  if (refused.length === 0) return parts.join('\n');
  const table = tableHtml(
    { head: ['method', 'pairs', 'why not'], rows: refused.map((cells) => ({ cells })) },
    ' class="left"',
  );
  return `${parts.join('\n')}<h3 class="apart">Not asked</h3>${scrolling('Not asked', table)}`;
}

function framesHtml({
  real,
  simulated,
}: {
  readonly real: PerturbedPair;
  readonly simulated: PerturbedPair;
}): string {
  const picture = (title: string, pixels: GreyPixels, pixelSizeNm: number) =>
    framePicture({
      png: encodePng(middleOf(pixels)),
      title,
      caption: `the middle ${shownPx} px`,
      pixelSizeNm,
    });
  return [
    picture('under, real', real.under, real.pixelSizeNm),
    picture('under, simulated', simulated.under, simulated.pixelSizeNm),
    picture('over, real', real.over, real.pixelSizeNm),
    picture('over, simulated', simulated.over, simulated.pixelSizeNm),
  ].join('');
}

function middleOf(pixels: GreyPixels): GreyPixels {
  const [height = 0, width = 0] = pixels.shape;
  const [rows, columns] = [Math.min(shownPx, height), Math.min(shownPx, width)];
  const [top, left] = [(height - rows) >> 1, (width - columns) >> 1];
  return pixels.hi(top + rows, left + columns).lo(top, left) as GreyPixels;
}
