import { RandomStream } from '../../harness/numeric/index.ts';
import {
  type Correction,
  HeadRecalibration,
  type Judgement,
  type Model,
  type ModelCard,
  type PairViews,
  runtimeParametersSchema,
  stepsPerLook,
  type TrainedHead,
} from '../../models/index.ts';
import { progressBar } from '../terminal/progressBar.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { isJudged } from './acquirePairs.ts';
import type { PairsFolder } from './PairsFolder.ts';
import type { KeptPair, PairsManifest } from './pairsSchema.ts';
import { networkOf } from './writeNetwork.ts';

/** How a network is trained again. */
export interface TrainingRequest {
  readonly model: Model;
  /** Folder of the network that comes out. */
  readonly out: string;
  readonly steps: number;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

/** Before and after, on the places for judging, by the reach of the draws. */
type Judgements = Readonly<
  Record<string, { readonly before: Judgement; readonly after: Judgement }>
>;

/** A network that was trained again. */
export interface TrainedNetwork {
  readonly network: Model;
  readonly trained: TrainedHead;
  readonly judged: Judgements;
}

/** Patches of a pair, as in use, and per further turn where a pair is trained on. */
const plainViews = 10;
const turnedViews = 4;
const batch = 32;
/** A third of what the network was first trained with: it is nearly right when this begins. */
const learningRate = 3e-4;

/**
 * Trains the head of a network on the pairs of a folder, and judges it before and after on places that no training has
 * seen.
 *
 * @throws what {@link HeadRecalibration} and reading the files throw; `signal.reason` on abort.
 */
export async function trainNetwork(
  folder: PairsFolder,
  manifest: PairsManifest,
  { model, out, steps, threads, signal, terminal }: TrainingRequest,
): Promise<TrainedNetwork> {
  const startMs = performance.now();
  const runtime = runtimeParametersSchema.parse({ threads });
  const before = await HeadRecalibration.open(model, runtime);
  const { settings, calibration } = manifest;
  const uses = usesOf(manifest);
  const pairs = manifest.pairs.filter(({ location }) => uses.has(location));
  const encoding = progressBar(terminal, 'pairs read', pairs.length);
  const views: (PairViews & { readonly reach: KeptPair['reach'] })[] = [];
  try {
    for (const pair of pairs) {
      signal.throwIfAborted();
      const { location, reach, correction } = pair;
      const target: Correction = [
        correction.workingDistanceUm,
        correction.stigmatorX,
        correction.stigmatorY,
      ];
      const turned = uses.get(location) === 'training' ? turnedViews : 0;
      const random = new RandomStream(settings.seed, 'patches', location, pair.pair);
      const seen = await before.views(await folder.read(pair), calibration, target, {
        ...{ plain: plainViews, turned, random },
      });
      views.push({ location, reach, ...seen });
      encoding.advance(1);
    }
  } finally {
    encoding.end();
  }
  const usedFor = (use: Use) => views.filter(({ location }) => uses.get(location) === use);
  const training = progressBar(terminal, 'training steps', steps);
  let trained: TrainedHead;
  try {
    trained = await before.train(usedFor('training'), usedFor('stopping'), {
      ranges: [
        settings.rangeWorkingDistanceUm,
        settings.rangeStigmator,
        settings.rangeStigmator,
      ] as const,
      ...{ steps, batch, learningRate, signal },
      random: new RandomStream(settings.seed, 'training'),
      async onLook({ step, errors }) {
        training.advance(step === 0 ? 0 : stepsPerLook, `held-out errors ${errorsText(errors)}`);
        await new Promise(setImmediate);
      },
    });
  } finally {
    training.end();
  }
  const bytes = before.fileWith(trained.head);
  const bare = networkOf(bareCard(model, manifest), bytes, out);
  const after = await HeadRecalibration.open(bare, runtime);
  const judging = usedFor('judging');
  const judged: Judgements = Object.fromEntries(
    (['wide', 'near focus'] as const).map((reach) => {
      const those = judging.filter((one) => one.reach === reach);
      return [reach, { before: before.judge(those), after: after.judge(those) }];
    }),
  );
  const seconds = (performance.now() - startMs) / 1e3;
  const card = { ...bare.card, ...told(model, manifest, { trained, judged, seconds }) };
  return { network: networkOf(card, bytes, out), trained, judged };
}

type Use = 'training' | 'stopping' | 'judging';

/** What each place is used for. */
function usesOf({ settings, places }: PairsManifest): Map<number, Use> {
  const good = places
    .filter(({ failure }) => failure === null)
    .toSorted((a, b) => a.location - b.location);
  return new Map(
    good.map(({ location }, rank) => [
      location,
      rank < settings.locations
        ? 'training'
        : isJudged(rank, settings.locations)
          ? 'judging'
          : 'stopping',
    ]),
  );
}

const suffix = '-recalibrated';

/** Name of the network that comes of one, also of one that was recalibrated before. */
export function recalibratedName(name: string): string {
  return name.endsWith(suffix) ? name : `${name}${suffix}`;
}

/** The card of the network for the instrument, without what is known of its training. */
function bareCard(
  { card }: Model,
  { settings, calibration: { convergenceMrad, stigmatorMatrixUmPerUnit } }: PairsManifest,
): ModelCard {
  const { recalibration: _, training: __, heldOut: ___, ...kept } = card;
  const name = recalibratedName(card.name);
  return {
    ...kept,
    name,
    summary: `${card.summary.replace(/; recalibrated on .*$/, '')}; recalibrated on ${settings.instrument}`,
    ...{ convergenceMrad, stigmatorMatrixUmPerUnit },
  };
}

function told(
  { card, sha256 }: Model,
  manifest: PairsManifest,
  {
    trained,
    judged,
    seconds,
  }: { readonly trained: TrainedHead; readonly judged: Judgements; readonly seconds: number },
): Pick<ModelCard, 'training' | 'heldOut' | 'recalibration'> {
  const { settings, places, pairs } = manifest;
  const uses = usesOf(manifest);
  const sum = (of: (place: PairsManifest['places'][number]) => number) =>
    places.reduce((total, place) => total + of(place), 0);
  return {
    training: { steps: trained.step, seconds: Math.round(seconds) },
    heldOut: {
      onePatchMeanAbsoluteError: Object.fromEntries(
        Object.entries(judged).map(([reach, { after }]) => [
          `${reach}, recalibration`,
          after.onePatch.map(threeDigits),
        ]),
      ),
    },
    recalibration: {
      parent: { name: card.name, sha256 },
      instrument: settings.instrument,
      locations: places.flatMap(({ location, stage, doseElectronsPerNm2 }) => {
        const use = uses.get(location);
        if (use === undefined) return [];
        const taken = pairs.filter((pair) => pair.location === location).length;
        return [
          { ...stage, use, pairs: taken, doseElectronsPerNm2: threeDigits(doseElectronsPerNm2) },
        ];
      }),
      frames: sum((place) => place.frames),
      microscopeS: Math.round(sum((place) => place.microscopeS)),
      computeS: Math.round(seconds + sum((place) => place.computeS)),
      judged: Object.fromEntries(
        Object.entries(judged).map(([reach, sides]) => [
          reach,
          { before: rounded(sides.before), after: rounded(sides.after) },
        ]),
      ),
    },
  };
}

function threeDigits(value: number): number {
  return Number(value.toPrecision(3));
}

function rounded({ pairs, mean, sd, onePatch }: Judgement) {
  const of = ([a, b, c]: Correction): [number, number, number] => [
    threeDigits(a),
    threeDigits(b),
    threeDigits(c),
  ];
  return { pairs, mean: of(mean), sd: of(sd), onePatch: of(onePatch) };
}

/** um, unit, unit. */
export function errorsText([wd, x, y]: Correction): string {
  return `${wd.toFixed(2)} um, ${x.toFixed(2)}, ${y.toFixed(2)}`;
}
