import { estimateText } from '../Estimate.ts';
import { placeSeeds } from '../instrument.ts';
import { isInside, type Row, rowTable } from '../Row.ts';
import { whyOutside } from '../whyOutside.ts';

export interface RealismPageOptions {
  readonly groups: readonly { readonly title: string; readonly rows: readonly Row[] }[];
  /** Tables of their own. */
  readonly law: string;
  readonly closure: string;
  readonly pictures: readonly { readonly defocusUm: number; readonly file: string }[];
}

/** The whole page, in Markdown. */
export function realismPage({ groups, law, closure, pictures }: RealismPageOptions): string {
  const rows = groups.flatMap(({ rows }) => rows);
  const outside = rows.filter((row) => !isInside(row));
  return `<!-- Made by \`npm run docs:realism\` (docs/make/realism.ts); change that, not this. -->

# How real the frames are

Rendered frames are measured in the same way as real ones, and both are shown side by side. Of ${rows.length} rows,
${rows.length - outside.length} agree with the real frames. ${outsideList(outside)}

## What the levels are

**\`ideal\`** is the textbook model: an astigmatic Gaussian probe, Poisson counts, nothing else. It is
for testing equations. A good result on it says only that an estimator inverts its own model.

**\`merlin\`** and **\`ultraplus\`** have the effects that were measured significantly and that an operator meets: the
noise law and its colour, row offsets, clipping at black, steps of brightness and contrast from frame to frame, an
image shift with the working distance. The probe is the Gaussian by default and a disc with \`--psf disc\`.

**\`merlin-real\`** and **\`ultraplus-real\`** have a disc probe with coma, and every other effect that real
frames may have. An effect that could only be bounded is set to half of its bound. \`merlin-real~all=0\` and
\`merlin-real~all=bound\` are the two ends; [the ablation](ablation.md) shows the effect of each group.

The limits of this page: the levels come from three frames of **one place on one instrument** (low-voltage
in-lens SE, heavy-metal-stained tissue, 10 nm pixels). They are one draw of a distribution, not its centre.
A bound is an upper limit where nothing was detected, not a measurement. A rendered row below its bound shows that
the frame does not exceed the limit, not that the level is right. Grey values are of 8 bit.

## How the two are compared

Frames of 2048 x 1536 px at 10.03 nm, seeds ${placeSeeds[0]} to ${placeSeeds.at(-1)} of specimen and instrument (the tissue was
made with other seeds). They are taken through the microscope, as an algorithm takes them; the values drawn for them
are not read. Out of focus the frames are pairs of 1024 x 768 px in the state of the one real pair whose aberration is
known: 18.3 and 8.3 µm below focus with astigmatism of (2.8, −2.7) µm and the same noise, of other seeds again. The distribution of grey, clipping
and the contrast of patches are compared there, because that is where the real frames were measured: a real frame
in focus at this place does not exist. \`npm run measure:frames -- UNDER OVER\` measures a pair of one's own with the same code. In the tables, \`centre ± standard error (standard deviation of single values)\`, and **inside?** is
judged for \`merlin-real\`:

- real level with an error: the rendered mean, give or take two standard errors, must reach into it;
- real level without one: it is one place, and must lie within two standard deviations of the rendered values;
- bound: the rendered mean must not exceed it.

${groups.map(({ title, rows }) => `## ${title}\n\n${rowTable(rows)}`).join('\n\n')}

## The noise law, with the contrast fixed

An operator sets the contrast place by place, and the law follows it; the real frames are of one place. With the
contrast of that place at all six, the same estimator finds:

${law}

Shading moves pixels of equal signal to different grey values, which tilts the law.

Not measured again, because the real frames say nothing of them: spherical aberration, chromatic spread and in-focus
spot, which are levels of the literature, and everything that is off in these presets.

## Registration closes, but for coma

Three frames of one field, 15 µm below, 5 and 20 µm above focus, compared two by two, each blurred by the transfer
function of the other; the three displacements should add up to nothing. Coma of 5 nm moves fine detail
against coarse, differently in each pair, as it does in real frames.

${closure}

## What it looks like

Left \`ideal\`, right \`merlin-real\`: the same 2.8 x 2.4 µm of tissue at ${pictures.map(({ defocusUm }) => defocusUm).join(', ')} µm from best focus, 100 ns per pixel.

${pictures.map(({ defocusUm, file }) => `![tissue ${defocusUm} µm from focus, ideal and merlin-real](images/${file})`).join('\n\n')}
`;
}

function outsideList(outside: readonly Row[]): string {
  if (outside.length === 0) return 'None is outside.';
  const lines = outside.map(
    (row) =>
      `- **${row.property}**: ${withUnit(row)}, real ${row.real.text}. ${whyOutside(row.property)}`,
  );
  return `These do not:\n\n${lines.join('\n')}`;
}

function withUnit({ merlinReal, unit }: Row): string {
  const text = estimateText(merlinReal);
  return unit === '1' ? text : `${text} ${unit}`;
}
