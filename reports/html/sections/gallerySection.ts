import type { TrajectoryRecord } from '../../../harness/record/index.ts';
import { rerunCommand } from '../../gate/index.ts';
import { conditionOf } from '../../summary/index.ts';
import { conditionLabel, escapeHtml, residualText } from '../../words/index.ts';
import { framePicture } from '../pictures/framePicture.ts';
import { type GalleryChoice, galleryRecords } from '../pictures/galleryRecords.ts';
import type { PreviewPngs } from '../pictures/PreviewPngs.ts';
import { patchesLookedAt } from '../pictures/patchesLookedAt.ts';
import { patchMap, patchOverlay } from '../pictures/patchPictures.ts';
import type { ReportRun } from './ReportRun.ts';
import { trajectoryLink } from './trajectoryLink.ts';

/** Bytes of PNG a report carries at most; a mail takes 10 MB, Plotly 2 of them. */
const byteLimit = 4_500_000;

/** Frames before, after and in focus, of the first, the typical and the worst trajectory of each algorithm. */
export function gallerySection(
  records: readonly TrajectoryRecord[],
  images: ReadonlyMap<string, PreviewPngs>,
  {
    runs,
    attributes,
    typical,
  }: {
    readonly runs: readonly ReportRun[];
    /** By key: what a page finds a card by. */
    readonly attributes: ReadonlyMap<string, string>;
    /** Key of the trajectory that must be here. */
    readonly typical: string | undefined;
  },
): string {
  const withImages = records.filter(({ key }) => images.has(key));
  const available = records.filter(
    ({ key, previews: frames }) => frames !== undefined || images.has(key),
  );
  if (withImages.length === 0) {
    return `<div class="undrawable">No frames were kept with these records.</div>`;
  }
  const chosen = galleryRecords(withImages);
  const kept = withinLimit(chosen, images, typical);
  const cards = chosen.flatMap((choice) => {
    const files = images.get(choice.record.key);
    return files && kept.has(choice)
      ? [card(choice, files, { runs, attributes: attributes.get(choice.record.key) ?? '' })]
      : [];
  });
  const leftOut = available.length - cards.length;
  const note =
    leftOut === 0
      ? 'All trajectories with kept frames are shown.'
      : `${cards.length} of ${available.length} trajectories with kept frames are shown; ${leftOut} left out to keep this file small.`;
  return `<p class="note">${note}</p>\n<div class="gallery">${cards.join('\n')}</div>`;
}

/** After the typical trajectory the worst ones have the first claim on the bytes there are. */
function withinLimit(
  choices: readonly GalleryChoice[],
  images: ReadonlyMap<string, PreviewPngs>,
  typical: string | undefined,
): ReadonlySet<GalleryChoice> {
  const kept = new Set<GalleryChoice>();
  const first = typical === undefined ? undefined : images.get(typical);
  // Two of its frames are at the beginning of the report as well.
  let bytes = first === undefined ? 0 : first.before.length + first.after.length;
  const claimOf = ({ record, role }: GalleryChoice) =>
    record.key === typical ? 0 : role === 'worst' ? 1 : 2;
  for (const choice of choices.toSorted((p, q) => claimOf(p) - claimOf(q))) {
    const files = images.get(choice.record.key);
    if (files === undefined) continue;
    const size = files.before.length + files.after.length + files.inFocus.length;
    if (bytes + size > byteLimit) continue;
    bytes += size;
    kept.add(choice);
  }
  return kept;
}

const tags: Partial<Record<GalleryChoice['role'], string>> = {
  typical: 'nearest to the median',
  worst: 'farthest from focus',
};

function card(
  { record, algorithm, role }: GalleryChoice,
  files: PreviewPngs,
  { runs, attributes }: { readonly runs: readonly ReportRun[]; readonly attributes: string },
): string {
  const { scenario, iterations, outcome } = record;
  const { frame } = scenario;
  const condition = conditionLabel(conditionOf(scenario));
  const tag = tags[role];
  const tagHtml = tag === undefined ? '' : ` <span class="tag">${tag}</span>`;
  const patches = patchesLookedAt(record);
  const atEnd = (row: TrajectoryRecord['iterations'][number] | undefined) =>
    row === undefined ? '' : residualText(row.residual);
  const { pixelSizeNm } = frame;
  const pictures = [
    {
      png: files.before,
      title: 'before',
      caption: atEnd(iterations[0]),
      ...(patches && {
        overlay: (shown: Parameters<typeof patchOverlay>[2]) => patchOverlay(patches, frame, shown),
      }),
    },
    { png: files.after, title: `after, ${outcome}`, caption: atEnd(iterations.at(-1)) },
    {
      png: files.inFocus,
      title: 'in focus',
      caption: scenario.instrument ? 'the reference, afterwards' : 'best focus, same place',
    },
  ].map((picture) => framePicture({ ...picture, pixelSizeNm }));
  const why = record.failureClass === undefined ? '' : `, ${record.failureClass}`;
  return (
    `<article class="card" id="frames-${record.key.slice(0, 16)}"${attributes}><h4>${escapeHtml(algorithm)} · trajectory ${scenario.trajectory}${tagHtml}${trajectoryLink(record.key)}</h4>` +
    `<p class="note">${escapeHtml(condition + why)}</p><div class="triple">${pictures.join('')}</div>` +
    `${patches === undefined ? '' : patchMap(patches, frame)}${rerun(record, runs)}</article>`
  );
}

/** The command that makes this trajectory again; absent if the run is unknown. */
function rerun({ key, scenario }: TrajectoryRecord, runs: readonly ReportRun[]): string {
  const run = runs.find(({ keys }) => keys.has(key));
  if (run === undefined) return '';
  const command = rerunCommand(run.summary, { algorithm: scenario.algorithm.name, key });
  return `<p class="rerun"><span>again:</span> <code>${escapeHtml(command)}</code></p>`;
}
