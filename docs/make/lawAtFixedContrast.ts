import { estimateText, meanOf } from './Estimate.ts';
import { openInstrument, placeSeeds } from './instrument.ts';
import { markdownTable } from './markdownTable.ts';
import { contentFreeUm } from './realism/measureDetector.ts';
import { noiseOfFrame } from './realism/noiseOfFrame.ts';

const fixed = 'docs/make/fixed-contrast.json';
const conditions = [
  { title: 'contrast fixed', preset: fixed },
  { title: 'contrast fixed, without shading', preset: `${fixed}~shading=0` },
  { title: 'contrast fixed, nothing but shot noise', preset: `${fixed}~all=0` },
] as const;

/**
 * The law of the noise where brightness and contrast are those of the real frames at every place:
 * tells what the operator's settings contribute to its scatter, and what the shading.
 */
export async function lawAtFixedContrast(): Promise<string> {
  const rows = [];
  for (const { title, preset } of conditions) {
    const found = [];
    for (const seed of placeSeeds) {
      const expose = openInstrument({ preset, specimen: 'tissue', seed });
      found.push(noiseOfFrame(await expose({ workingDistanceUm: contentFreeUm })));
    }
    rows.push([
      title,
      estimateText(meanOf(found.map(({ intercept }) => intercept))),
      estimateText(meanOf(found.map(({ slope }) => slope))),
      estimateText(meanOf(found.map(({ intercept, slope }) => intercept / slope))),
    ]);
  }
  return markdownTable(
    ['`merlin-real`, tissue', 'intercept, grey²', 'slope, grey', 'grey of no signal'],
    rows,
  );
}
