import { Buffer } from 'node:buffer';
import type { TrajectoryRecord } from '../../harness/experiment/index.ts';
import { conditionLabel } from '../conditionLabel.ts';
import { rerunCommand } from '../gate/rerunCommand.ts';
import { escapeHtml } from './escapeHtml.ts';
import { type GalleryChoice, galleryRecords } from './galleryRecords.ts';
import { patchesLookedAt } from './patchesLookedAt.ts';
import { patchMap, patchOverlay } from './patchPictures.ts';
import { pngSize } from './pngSize.ts';
import type { ReportRun } from './ReportRun.ts';

/** The kept frames of one trajectory, as PNG files; one px of them is one px of the frame. */
export interface PreviewPngs {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly inFocus: Uint8Array;
}

/** Bytes of PNG a report carries at most; a mail takes 10 MB, Plotly 2 of them. */
const byteLimit = 4_500_000;
const scaleBarNm = 500;
/** Wider images are shown px by px around their centre: defocus does not survive shrinking. */
const shownWhole = 320;

/** Frames before, after and in focus, of the first trajectories and the worst of each algorithm. */
export function gallerySection(
  records: readonly TrajectoryRecord[],
  images: ReadonlyMap<string, PreviewPngs>,
  runs: readonly ReportRun[] = [],
): string {
  const withImages = records.filter(({ key }) => images.has(key));
  const available = records.filter(({ key, frames }) => frames !== undefined || images.has(key));
  if (withImages.length === 0) {
    return `<div class="undrawable">No frames were kept with these records.</div>`;
  }
  const chosen = galleryRecords(withImages);
  const kept = withinLimit(chosen, images);
  const cards = chosen.flatMap((choice) => {
    const files = images.get(choice.record.key);
    return files && kept.has(choice) ? [card(choice, files, runs)] : [];
  });
  const leftOut = available.length - cards.length;
  const note =
    leftOut === 0
      ? 'All trajectories with kept frames are shown.'
      : `${cards.length} of ${available.length} trajectories with kept frames are shown; ${leftOut} left out to keep this file small.`;
  return `<p class="note">${note}</p>\n<div class="gallery">${cards.join('\n')}</div>`;
}

/** The worst trajectories have the first claim on the bytes there are. */
function withinLimit(
  choices: readonly GalleryChoice[],
  images: ReadonlyMap<string, PreviewPngs>,
): ReadonlySet<GalleryChoice> {
  const kept = new Set<GalleryChoice>();
  let bytes = 0;
  const isWorst = ({ role }: GalleryChoice) => role === 'worst';
  for (const choice of [
    ...choices.filter(isWorst),
    ...choices.filter((other) => !isWorst(other)),
  ]) {
    const files = images.get(choice.record.key);
    if (files === undefined) continue;
    const size = files.before.length + files.after.length + files.inFocus.length;
    if (bytes + size > byteLimit) continue;
    bytes += size;
    kept.add(choice);
  }
  return kept;
}

function card(
  { record, algorithm, role }: GalleryChoice,
  files: PreviewPngs,
  runs: readonly ReportRun[],
): string {
  const { scenario, iterations, outcome } = record;
  const { suite, preset, psf, specimen, frame } = scenario;
  const condition = conditionLabel({
    suite,
    preset,
    psf,
    specimen: specimen.name,
    dwellTimeNs: frame.dwellTimeNs,
  });
  const worst = role === 'worst' ? ' <span class="tag">farthest from focus</span>' : '';
  const pictures = [
    picture(files.before, 'before', residualText(iterations[0]?.residual), record),
    picture(files.after, `after, ${outcome}`, residualText(iterations.at(-1)?.residual), record),
    picture(files.inFocus, 'in focus', 'best focus, same place', record),
  ];
  const patches = patchesLookedAt(record);
  const why = record.failureClass === undefined ? '' : `, ${record.failureClass}`;
  return (
    `<article class="card"><h4>${escapeHtml(algorithm)} · trajectory ${scenario.trajectory}${worst}</h4>` +
    `<p class="note">${escapeHtml(condition + why)}</p><div class="triple">${pictures.join('')}</div>` +
    `${patches === undefined ? '' : patchMap(patches, frame)}${rerun(record, runs)}</article>`
  );
}

/** The command that makes this trajectory again; without one where nobody knows the run. */
function rerun({ key, scenario }: TrajectoryRecord, runs: readonly ReportRun[]): string {
  const run = runs.find(({ keys }) => keys.has(key));
  if (run === undefined) return '';
  const command = rerunCommand(run.summary, { algorithm: scenario.algorithm.name, key });
  return `<p class="rerun"><span>again:</span> <code>${escapeHtml(command)}</code></p>`;
}

function picture(
  bytes: Uint8Array,
  title: string,
  caption: string,
  record: TrajectoryRecord,
): string {
  const { frame } = record.scenario;
  const size = pngSize(bytes);
  const text = `<figcaption><b>${escapeHtml(title)}</b>${escapeHtml(caption)}</figcaption>`;
  if (size === undefined) {
    return `<figure><div class="undrawable">Not a PNG file.</div>${text}</figure>`;
  }
  const barPx = scaleBarNm / frame.pixelSizeNm;
  const isWhole = size.width <= shownWhole;
  const length = isWhole ? `${((100 * barPx) / size.width).toFixed(2)}%` : `${barPx.toFixed(1)}px`;
  const source = `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
  const patches = title === 'before' ? patchesLookedAt(record) : undefined;
  const overlay = patches === undefined ? '' : patchOverlay(patches, frame, size);
  return (
    `<figure><div class="frame${isWhole ? '' : ' cropped'}">` +
    `<img src="${source}" width="${size.width}" height="${size.height}" alt="${escapeHtml(title)}">${overlay}` +
    `<i class="scale" style="width:${length}"><span>${scaleBarNm} nm</span></i></div>${text}</figure>`
  );
}

function residualText(residual: TrajectoryRecord['scenario']['start'] | undefined): string {
  if (residual === undefined) return '';
  const { workingDistanceUm, stigmatorX, stigmatorY } = residual;
  return `${signed(workingDistanceUm)} µm; ${signed(stigmatorX)}, ${signed(stigmatorY)} a.u.`;
}

/** With a sign, to 1 nm where it is small. */
function signed(value: number): string {
  const size = Math.abs(value);
  const text = size.toFixed(size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
  return Number(text) === 0 ? text : `${value > 0 ? '+' : '−'}${text}`;
}
