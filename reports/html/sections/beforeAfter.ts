import type { FigureGroup } from '../../figures/index.ts';
import { escapeHtml, residualText } from '../../words/index.ts';
import { framePicture } from '../pictures/framePicture.ts';
import { galleryRecords } from '../pictures/galleryRecords.ts';
import type { PreviewPngs } from '../pictures/PreviewPngs.ts';
import { groupHeading } from './groupHeading.ts';
import { rankedByHeading } from './headlineTable.ts';

/** A trajectory that stands for the best algorithm: its frames are what a reader looks at first. */
export interface Typical {
  readonly group: FigureGroup;
  readonly record: FigureGroup['records'][number];
}

/**
 * Of the first in rank of whom frames were kept: the trajectory that ends nearest to the median of its group. The
 * gallery has its frames as well.
 */
export function typicalTrajectory(
  groups: readonly FigureGroup[],
  images: ReadonlyMap<string, PreviewPngs>,
): Typical | undefined {
  const headings = rankedByHeading(groups);
  const pictured = galleryRecords(
    groups.flatMap(({ records }) => records.filter(({ key }) => images.has(key))),
  );
  const longest = Math.max(0, ...headings.map(({ length }) => length));
  for (let rank = 0; rank < longest; rank++) {
    for (const ranked of headings) {
      const group = ranked[rank];
      if (group === undefined) continue;
      const own = pictured.filter(({ record }) => group.records.includes(record));
      const { record } = own.find(({ role }) => role === 'typical') ?? own[0] ?? {};
      if (record !== undefined) return { group, record };
    }
  }
  return undefined;
}

/** Its frames before and after; the script of the page shows them px by px, without it they lead to the gallery. */
export function beforeAfter(
  { group, record }: Typical,
  images: ReadonlyMap<string, PreviewPngs>,
  attributes: string,
): string {
  const files = images.get(record.key);
  if (files === undefined) return '';
  const { scenario, iterations, outcome } = record;
  const { pixelSizeNm } = scenario.frame;
  const picture = (png: Uint8Array, title: string, row: (typeof iterations)[number] | undefined) =>
    framePicture({
      png,
      title,
      caption: row === undefined ? '' : residualText(row.residual),
      pixelSizeNm,
    });
  return `<aside class="pair"${attributes}><h3>Before and after</h3>
<a class="enlarge" href="#frames-${record.key.slice(0, 16)}" title="Enlarge">${picture(files.before, 'before', iterations[0])}${picture(files.after, `after, ${outcome}`, iterations.at(-1))}</a>
<p class="note">${escapeHtml(`A typical trajectory (${scenario.trajectory}) of the first in rank: ${group.look.label}, ${groupHeading(group.summary)}.`)}</p></aside>`;
}
