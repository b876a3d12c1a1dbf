import { CellRandom } from '../CellRandom.ts';
import type { Granules, Neurite, NeuriteKind } from './Neurite.ts';
import type { Organelle } from './Organelle.ts';
import type { Seed } from './packNeurites.ts';

/** Decides what a profile is and furnishes it; everything follows from its own 32 bits. */
export function growNeurite(seed: Seed): Neurite {
  const random = new CellRandom().restartFromBits(seed.bits);
  const kind = chooseKind(seed, random.uniform());
  const look = looks[kind];
  const sheath = kind === 'myelinated' ? random.between(0.14, 0.3) * seed.radius + 30 : 0;
  const { x, y, axisX, axisY, halfLength, radius, bits } = seed;
  return {
    kind,
    x,
    y,
    axisX,
    axisY,
    halfLength,
    radius,
    bits,
    cytoplasm: random.between(look.palest, look.darkest),
    grain: look.grain,
    sheath,
    granules: look.granules,
    hasReticulum: random.uniform() < look.reticulumShare,
    organelles: furnish(seed, kind, random),
  };
}

function chooseKind({ level, radius }: Seed, choice: number): NeuriteKind {
  if (level === 0) return 'soma';
  if (level === 1) {
    if (choice < 0.2) return 'myelinated';
    if (choice < 0.3 && radius < 600) return 'bouton';
    return choice < 0.38 ? 'glia' : 'dendrite';
  }
  if (level === 2) {
    if (choice < 0.34) return 'bouton';
    if (choice < 0.54) return 'spine';
    if (choice < 0.62) return 'glia';
    return choice < 0.67 ? 'dark' : 'axon';
  }
  return choice < 0.05 ? 'dark' : choice < 0.15 ? 'glia' : 'axon';
}

interface Look {
  readonly palest: number;
  readonly darkest: number;
  readonly grain: number;
  readonly reticulumShare: number;
  readonly granules: Granules | undefined;
}

const vesicles: Granules = {
  shape: 'ring',
  radiusNm: 20,
  density: 0.9,
  clustering: 0.85,
  stain: 0.8,
};
const microtubules: Granules = {
  shape: 'dot',
  radiusNm: 12,
  density: 0.4,
  clustering: 0.3,
  stain: 0.5,
};
const glycogen: Granules = {
  shape: 'dot',
  radiusNm: 15,
  density: 0.6,
  clustering: 0.9,
  stain: 0.95,
};
const ribosomes: Granules = {
  shape: 'dot',
  radiusNm: 13,
  density: 0.75,
  clustering: 0.6,
  stain: 0.75,
};

const looks: Readonly<Record<NeuriteKind, Look>> = {
  axon: { palest: 0.1, darkest: 0.3, grain: 0.1, reticulumShare: 0.2, granules: microtubules },
  bouton: { palest: 0.15, darkest: 0.35, grain: 0.1, reticulumShare: 0, granules: vesicles },
  spine: { palest: 0.15, darkest: 0.35, grain: 0.14, reticulumShare: 0.2, granules: undefined },
  dendrite: {
    palest: 0.08,
    darkest: 0.22,
    grain: 0.1,
    reticulumShare: 0.8,
    granules: microtubules,
  },
  glia: { palest: 0, darkest: 0.3, grain: 0.1, reticulumShare: 0.5, granules: glycogen },
  myelinated: {
    palest: 0.1,
    darkest: 0.25,
    grain: 0.1,
    reticulumShare: 0.4,
    granules: microtubules,
  },
  dark: { palest: 0.6, darkest: 1, grain: 0.18, reticulumShare: 0, granules: undefined },
  soma: { palest: 0.2, darkest: 0.32, grain: 0.14, reticulumShare: 1, granules: ribosomes },
};

function furnish(seed: Seed, kind: NeuriteKind, random: CellRandom): Organelle[] {
  const organelles: Organelle[] = [];
  if (kind === 'spine' || kind === 'dark' || seed.radius < 70) return organelles;
  if (kind === 'soma') placeNucleus(seed, random, organelles);
  const area = Math.PI * seed.radius ** 2 + 4 * seed.radius * seed.halfLength;
  const count = (perUm2: number) => Math.floor((area / 1e6) * perUm2 + random.uniform());
  const mitochondria = count(kind === 'glia' ? 0.5 : kind === 'soma' ? 1.3 : 1.25);
  for (let index = 0; index < mitochondria; index++) {
    const radius = random.between(90, 230);
    place(seed, random, organelles, {
      kind: 'mitochondrion',
      radius: Math.min(radius, 0.75 * seed.radius + 20),
      halfLength: random.uniform() ** 2 * 450,
      stain: random.between(0.5, 0.85),
      cristae: (2 * Math.PI) / random.between(55, 85),
    });
  }
  const dense = count(kind === 'soma' ? 0.3 : 0.08);
  for (let index = 0; index < dense; index++) {
    place(seed, random, organelles, {
      kind: 'denseBody',
      radius: Math.min(random.between(90, 380), 0.8 * seed.radius),
      halfLength: random.between(0, 150),
      stain: random.between(1.2, 1.8),
      cristae: 0,
    });
  }
  const endosomes = count(0.5);
  for (let index = 0; index < endosomes; index++) {
    place(seed, random, organelles, {
      kind: 'endosome',
      radius: random.between(45, 110),
      halfLength: random.between(0, 60),
      stain: random.between(0, 0.4),
      cristae: 0,
    });
  }
  return organelles;
}

function placeNucleus(seed: Seed, random: CellRandom, organelles: Organelle[]): void {
  const { x, y, axisX, axisY, bits } = seed;
  const radius = seed.radius * random.between(0.55, 0.78);
  const shared = { axisX, axisY, cristae: 0, phase: bits };
  const nucleus = { x, y, radius, halfLength: seed.halfLength * 0.7 };
  organelles.push({ kind: 'nucleus', ...nucleus, ...shared, stain: 0.24 });
  const angle = random.between(0, 2 * Math.PI);
  const away = radius * 0.6 * random.uniform();
  const place = { x: x + away * Math.cos(angle), y: y + away * Math.sin(angle) };
  const size = { radius: random.between(350, 800), halfLength: random.between(0, 250) };
  organelles.push({ kind: 'nucleolus', ...place, ...size, ...shared, stain: 1.35 });
}

type Sketch = Pick<Organelle, 'kind' | 'radius' | 'halfLength' | 'stain' | 'cristae'>;

/** Puts an organelle somewhere inside, unless it would overlap an earlier one. */
function place(seed: Seed, random: CellRandom, organelles: Organelle[], sketch: Sketch): void {
  const along = random.between(-1, 1) * (seed.halfLength + 0.3 * seed.radius);
  const room = Math.max(0, seed.radius - sketch.radius);
  const across = random.between(-1, 1) * room;
  // Mitochondria run along the neurite.
  const turn =
    random.between(-0.4, 0.4) + (seed.halfLength < seed.radius ? random.between(0, 3) : 0);
  const x = seed.x + along * seed.axisX - across * seed.axisY;
  const y = seed.y + along * seed.axisY + across * seed.axisX;
  const axisX = seed.axisX * Math.cos(turn) - seed.axisY * Math.sin(turn);
  const axisY = seed.axisY * Math.cos(turn) + seed.axisX * Math.sin(turn);
  const phase = random.between(0, 2 * Math.PI);
  const isFree = organelles.every((other) => {
    if (other.kind === 'nucleolus') return true;
    const gap = other.radius + sketch.radius + other.halfLength + sketch.halfLength + 25;
    return (other.x - x) ** 2 + (other.y - y) ** 2 > gap ** 2;
  });
  if (isFree) organelles.push({ ...sketch, x, y, axisX, axisY, phase });
}
