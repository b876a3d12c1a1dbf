import { CellRandom } from '../../hash/CellRandom.ts';
import type { Granules, Neurite, NeuriteKind } from './Neurite.ts';
import type { NeuriteSeed } from './NeuriteSeed.ts';
import type { Organelle } from './Organelle.ts';
import type { TissueRecipe } from './TissueRecipe.ts';

/** Furnishes a neurite; everything follows from its own 32 bits. */
export function growNeurite(seed: NeuriteSeed, recipe: TissueRecipe): Neurite {
  const random = new CellRandom().restartFromBits(seed.bits);
  const { kind } = seed;
  const look = looks[kind];
  const sheath = kind === 'myelinated' ? sheathNm(seed.radius, random) : 0;
  return {
    kind,
    cytoplasm: random.between(look.palest, look.darkest),
    isDark: isDark(kind),
    grain: look.grain,
    clumping: look.clumping,
    sheath,
    sheathStain: sheath > 0 ? random.between(palestMyelin, darkestMyelin) : 0,
    granules: look.granules,
    hasReticulum: random.uniform() < look.reticulumShare,
    organelles: furnish(seed, recipe, random),
  };
}

/** Thin fibres keep an axon inside. */
function sheathNm(radius: number, random: CellRandom): number {
  return Math.min((0.12 + 0.23 * random.uniform() ** 2) * radius + 70, 0.6 * radius);
}

const palestMyelin = 1.6;
const darkestMyelin = 2.8;

function isDark(kind: NeuriteKind): boolean {
  return kind === 'dark' || kind === 'degenerate';
}

interface Look {
  readonly palest: number;
  readonly darkest: number;
  readonly grain: number;
  readonly clumping: number;
  readonly reticulumShare: number;
  readonly granules: Granules | undefined;
}

const vesicles: Granules = { shape: 'vesicle', density: 0.9, clustering: 0.85, stain: 0.8 };
const microtubules: Granules = { shape: 'grain', density: 0.4, clustering: 0.3, stain: 0.36 };
const glycogen: Granules = { shape: 'grain', density: 0.6, clustering: 0.9, stain: 0.8 };
const ribosomes: Granules = { shape: 'grain', density: 0.75, clustering: 0.6, stain: 0.55 };

const looks: Readonly<Record<NeuriteKind, Look>> = {
  axon: look(0.02, 0.24, { grain: 0.1, reticulumShare: 0.2, granules: microtubules }),
  bouton: look(0.08, 0.3, { grain: 0.1, reticulumShare: 0, granules: vesicles }),
  spine: look(0.1, 0.22, { grain: 0.14, reticulumShare: 0.2, granules: undefined }),
  dendrite: look(0, 0.4, { grain: 0.1, reticulumShare: 0.8, granules: microtubules }),
  glia: look(0.06, 0.34, { grain: 0.1, reticulumShare: 0.5, granules: glycogen }),
  myelinated: look(0.08, 0.2, { grain: 0.1, reticulumShare: 0.4, granules: microtubules }),
  dark: look(0.5, 1.1, { grain: 0.18, reticulumShare: 0.6, granules: ribosomes }),
  degenerate: look(0.85, 1.4, { grain: 0.25, reticulumShare: 0, granules: undefined }),
  vessel: look(0.5, 0.5, { grain: 0.15, reticulumShare: 0, granules: undefined }),
  soma: look(0.1, 0.6, { grain: 0.18, reticulumShare: 1, granules: ribosomes }),
};

function look(
  palest: number,
  darkest: number,
  rest: Pick<Look, 'grain' | 'reticulumShare' | 'granules'>,
): Look {
  return { palest, darkest, clumping: palest > 0.7 ? 0.72 : 0, ...rest };
}

const denseBodiesPerUm2: Partial<Readonly<Record<NeuriteKind, number>>> = {
  soma: 1,
  glia: 1.3,
  dendrite: 0.7,
  degenerate: 1,
};

/** Organelles per um2 of a neurite's own area. */
function furnish(seed: NeuriteSeed, recipe: TissueRecipe, random: CellRandom): Organelle[] {
  const { kind, radius, halfLength } = seed;
  const organelles: Organelle[] = [];
  if (kind === 'vessel' || kind === 'spine') return organelles;
  if (radius < (kind === 'dark' ? 300 : 70)) return organelles;
  if (kind === 'soma') placeNucleus(seed, random, organelles);
  const areaUm2 = (Math.PI * radius ** 2 + 4 * radius * halfLength) / 1e6;
  const count = (perUm2: number) => Math.floor(areaUm2 * perUm2 + random.uniform());
  for (let left = count(kind === 'glia' ? 0.6 : 1.5); left > 0; left--) {
    place(seed, random, organelles, {
      kind: 'mitochondrion',
      radius: Math.min(random.between(90, 230), 0.75 * radius + 20),
      halfLength: random.uniform() ** 2 * 450,
      stain: random.between(0.3, 0.6) + (isDark(kind) ? 0.45 : 0),
      cristae: (2 * Math.PI) / random.between(55, 85),
    });
  }
  const denseBodies = recipe.hasDenseBodies ? (denseBodiesPerUm2[kind] ?? 0.35) : 0;
  for (let left = count(denseBodies); left > 0; left--) {
    place(seed, random, organelles, {
      kind: 'denseBody',
      radius: Math.min(45 + 130 * random.uniform() ** 2, 0.8 * radius),
      halfLength: random.between(0, 60),
      stain: random.between(0.95, 1.4),
      cristae: 0,
    });
  }
  for (let left = count(kind === 'degenerate' ? 1.6 : 0.9); left > 0; left--) {
    place(seed, random, organelles, {
      kind: 'endosome',
      radius: random.between(45, 110),
      halfLength: random.between(0, 60),
      stain: random.between(0, 0.4) + (isDark(kind) ? 0.5 : 0),
      cristae: 0,
    });
  }
  return organelles;
}

function placeNucleus(seed: NeuriteSeed, random: CellRandom, organelles: Organelle[]): void {
  const { axisX, axisY } = seed;
  const radius = seed.radius * random.between(0.55, 0.78);
  const shared = { axisX, axisY, cristae: 0, phase: 0 };
  const nucleus = { x: 0, y: 0, radius, halfLength: seed.halfLength * 0.7 };
  organelles.push({ kind: 'nucleus', ...nucleus, ...shared, stain: random.between(0.1, 0.8) });
  const angle = random.between(0, 2 * Math.PI);
  const away = radius * 0.6 * random.uniform();
  const spot = { x: away * Math.cos(angle), y: away * Math.sin(angle) };
  const size = { radius: random.between(350, 800), halfLength: random.between(0, 250) };
  organelles.push({ kind: 'nucleolus', ...spot, ...size, ...shared, stain: 1.35 });
}

type Sketch = Pick<Organelle, 'kind' | 'radius' | 'halfLength' | 'stain' | 'cristae'>;

/** Puts an organelle somewhere inside, unless it would overlap an earlier one. */
function place(
  seed: NeuriteSeed,
  random: CellRandom,
  organelles: Organelle[],
  sketch: Sketch,
): void {
  const along = random.between(-1, 1) * (seed.halfLength + 0.3 * seed.radius);
  const across = random.between(-1, 1) * Math.max(0, seed.radius - sketch.radius);
  // In long neurites mitochondria run lengthwise.
  const isRound = seed.halfLength < seed.radius;
  const turn = random.between(-0.4, 0.4) + (isRound ? random.between(0, 3) : 0);
  const phase = random.between(0, 2 * Math.PI);
  const x = along * seed.axisX - across * seed.axisY;
  const y = along * seed.axisY + across * seed.axisX;
  for (const other of organelles) {
    if (other.kind === 'nucleolus') continue;
    const gap = other.radius + sketch.radius + other.halfLength + sketch.halfLength + 25;
    if ((other.x - x) ** 2 + (other.y - y) ** 2 < gap ** 2) return;
  }
  const axisX = seed.axisX * Math.cos(turn) - seed.axisY * Math.sin(turn);
  const axisY = seed.axisY * Math.cos(turn) + seed.axisX * Math.sin(turn);
  organelles.push({ ...sketch, x, y, axisX, axisY, phase });
}
