import { cropOfImage, type HalfSpectrum, RealFft2 } from '../../harness/numeric/index.ts';
import type { Specimen } from '../specimen/drawing/Specimen.ts';
import type { FrameGeometry } from './FrameGeometry.ts';
import { planTiles, type TilePlan } from './planTiles.ts';
import { SpecimenRaster } from './SpecimenRaster.ts';

/** A raster cut into tiles and transformed, ready for any focus state. */
export interface PreparedPlace {
  readonly geometry: FrameGeometry;
  readonly margin: number;
  readonly plan: TilePlan;
  readonly tiles: readonly HalfSpectrum[];
  readonly workspace: Workspace;
}

/** What tiles of one size are blurred with, used again from frame to frame. */
interface Workspace {
  readonly fft: RealFft2;
  readonly filter: HalfSpectrum;
  readonly blurred: Float32Array;
}

/**
 * Numbers that rasters, and that transformed places, may hold together, 100 and 200 MB: a frame of 2048 x 1536 px
 * with the margins that a converging algorithm comes from and goes to, and the smaller ones that are looked
 * at beside it. The last one is kept whatever its size.
 */
const keptNumbers = { rasters: 25e6, places: 50e6 } as const;

/**
 * The last places of a specimen that were looked at, rasterised and transformed, for whatever probe looks
 * at it next: algorithms that are compared meet the same places one after the other.
 */
class Places {
  readonly #specimen: Specimen;
  #places: PreparedPlace[] = [];
  #rasters: SpecimenRaster[] = [];

  constructor(specimen: Specimen) {
    this.#specimen = specimen;
  }

  /** Rasterises and transforms a place, unless it is at hand with this very margin. */
  prepare(geometry: FrameGeometry, margin: number): PreparedPlace {
    const known = this.#places.find(
      (place) => place.margin === margin && sameGeometry(place.geometry, geometry),
    );
    if (known !== undefined) {
      this.#places = [known, ...this.#places.filter((place) => place !== known)];
      return known;
    }
    const raster = this.#rasterOf(geometry);
    raster.growTo(margin);
    const plan = planTiles(geometry.width, geometry.height, margin);
    const { tileWidth, tileHeight } = plan;
    const kept = fitting(this.#places, keptNumbers.places - sizeOf(plan), (one) =>
      sizeOf(one.plan),
    );
    const workspace =
      kept.find((place) => isOfSize(place.plan, tileWidth, tileHeight))?.workspace ??
      createWorkspace(tileWidth, tileHeight);
    this.#places = kept;
    const tiles = plan.origins.map(({ x, y }) => {
      cutTile(workspace.blurred, plan, raster, margin, x, y);
      return workspace.fft.forward(workspace.blurred);
    });
    const place = { geometry, margin, plan, tiles, workspace };
    this.#places = [place, ...kept];
    return place;
  }

  /** Yields of the pixels of a frame before any probe blurs them, row-major `[height, width]`. */
  yieldsOf(geometry: FrameGeometry): Float32Array {
    const { width, height } = geometry;
    const { margin, yields } = this.#rasterOf(geometry);
    const raster = { width: width + 2 * margin, height: height + 2 * margin, data: yields };
    return cropOfImage(raster, { x: margin, y: margin, width, height }).data;
  }

  /** Of this very geometry: one that is shifted by whole pixels differs in the last bits. */
  #rasterOf(geometry: FrameGeometry): SpecimenRaster {
    const raster =
      this.#rasters.find((one) => sameGeometry(one.geometry, geometry)) ??
      new SpecimenRaster(this.#specimen, geometry);
    const others = this.#rasters.filter((one) => one !== raster);
    const numbersOf = ({ yields }: SpecimenRaster) => yields.length;
    const left = keptNumbers.rasters - numbersOf(raster);
    this.#rasters = [raster, ...fitting(others, left, numbersOf)];
    return raster;
  }
}

const places = new WeakMap<Specimen, Places>();

/** Those of a specimen; nothing in them depends on the order in which they were asked for. */
export function placesOf(specimen: Specimen): Places {
  const known = places.get(specimen) ?? new Places(specimen);
  places.set(specimen, known);
  return known;
}

/** The first of some things, as many as fit. */
function fitting<Item>(
  items: readonly Item[],
  room: number,
  sizeOfOne: (item: Item) => number,
): Item[] {
  let left = room;
  const end = items.findIndex((item) => {
    left -= sizeOfOne(item);
    return left < 0;
  });
  return items.slice(0, end < 0 ? items.length : end);
}

/** Numbers of the transformed tiles and of what they are blurred with. */
function sizeOf({ origins, tileWidth, tileHeight }: TilePlan): number {
  return (origins.length + 2) * tileWidth * tileHeight;
}

function isOfSize(plan: TilePlan, width: number, height: number): boolean {
  return plan.tileWidth === width && plan.tileHeight === height;
}

function createWorkspace(tileWidth: number, tileHeight: number): Workspace {
  const fft = new RealFft2(tileWidth, tileHeight);
  return {
    fft,
    filter: fft.createSpectrum(),
    blurred: new Float32Array(tileWidth * tileHeight),
  };
}

function sameGeometry(p: FrameGeometry, q: FrameGeometry): boolean {
  return (
    p.leftNm === q.leftNm &&
    p.topNm === q.topNm &&
    p.width === q.width &&
    p.height === q.height &&
    p.pixelSizeNm === q.pixelSizeNm
  );
}

/** Copies one tile from the raster; beyond its margin, the mean yield 1. */
function cutTile(
  tile: Float32Array,
  { tileWidth, tileHeight }: TilePlan,
  raster: SpecimenRaster,
  margin: number,
  left: number,
  top: number,
): void {
  const { width, height } = raster.geometry;
  const rasterWidth = width + 2 * raster.margin;
  const spare = raster.margin - margin;
  const columns = Math.min(tileWidth, width + 2 * margin - left);
  const rows = Math.min(tileHeight, height + 2 * margin - top);
  tile.fill(1);
  for (let y = 0; y < rows; y++) {
    const from = (spare + top + y) * rasterWidth + spare + left;
    tile.set(raster.yields.subarray(from, from + columns), y * tileWidth);
  }
}
