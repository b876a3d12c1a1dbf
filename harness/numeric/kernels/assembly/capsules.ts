/**
 * Which of many capsules is nearest, and how far it is to the border with the next: see CapsuleBorders.
 *
 * A capsule is eight doubles: x, y, unit vector along the axis, half of its length, radius, stiffness,
 * and one that is only carried along. Its distance is (way to the axis - radius) * stiffness.
 *
 * All in double precision, in the order in which it is written: the same bits on every machine.
 */

const capsuleBytes: usize = 64;

/**
 * Copies the capsules that can be nearest to a point within `radius` of (u, v), or so near to being it
 * that their border is within `reach * stretch`. The one nearest to (u, v) comes first.
 *
 * @param distances - Room for a double per capsule.
 * @returns how many were copied.
 */
export function narrowCapsules(
  from: usize,
  count: usize,
  to: usize,
  distances: usize,
  u: f64,
  v: f64,
  radius: f64,
  reach: f64,
  stretch: f64,
  axisSquare: f64,
): usize {
  let worst: f64 = Infinity;
  let least: f64 = Infinity;
  let nearest: usize = 0;
  for (let index: usize = 0; index < count; index++) {
    const at = from + capsuleBytes * index;
    const acrossU = u - load<f64>(at);
    const acrossV = v - load<f64>(at, 8);
    const axisU = load<f64>(at, 16);
    const axisV = load<f64>(at, 24);
    const half = load<f64>(at, 32);
    const stiffness = load<f64>(at, 48);
    const axial = acrossU * axisU + acrossV * axisV;
    const along = axial > half ? half : axial < -half ? -half : axial;
    const du = acrossU - along * axisU;
    const dv = acrossV - along * axisV;
    const length = Math.sqrt(du * du + dv * dv + axisSquare);
    const distance = (length - load<f64>(at, 40)) * stiffness;
    store<f64>(distances + 8 * index, distance);
    const farthest = distance + stiffness * radius;
    if (farthest < worst) worst = farthest;
    if (distance < least) {
      least = distance;
      nearest = index;
    }
  }
  let stiffest: f64 = 1;
  for (let index: usize = 0; index < count; index++) {
    const stiffness = load<f64>(from + capsuleBytes * index, 48);
    const isOwner = load<f64>(distances + 8 * index) - stiffness * radius <= worst;
    if (isOwner && stiffness > stiffest) stiffest = stiffness;
  }
  copyCapsule(from + capsuleBytes * nearest, to);
  let end = to + capsuleBytes;
  for (let index: usize = 0; index < count; index++) {
    if (index == nearest) continue;
    const at = from + capsuleBytes * index;
    const stiffness = load<f64>(at, 48);
    const best = load<f64>(distances + 8 * index) - stiffness * radius;
    if (best > worst + (stiffest + stiffness) * reach * stretch) continue;
    copyCapsule(at, end);
    end += capsuleBytes;
  }
  return (end - to) / capsuleBytes;
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function copyCapsule(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  v128.store(to, v128.load(from, 32), 32);
  v128.store(to, v128.load(from, 48), 48);
}

/**
 * Interpolates fields between the four nodes round a tile, along two rows of places at once.
 *
 * @param corner - The upper left node of the first field; the next field is `fieldNodes` doubles on,
 *   the next row of nodes `rowNodes`.
 * @param x - Of the first place, in spacings of the nodes, as `above` and `below`, y of the two rows.
 * @param step - From one place to the next, in spacings.
 * @param out - Pairs of values, first those of the first field; the next are `fieldBytes` on.
 */
export function interpolateRows(
  corner: usize,
  fieldNodes: usize,
  rowNodes: usize,
  fields: usize,
  x: f64,
  above: f64,
  below: f64,
  step: f64,
  columns: usize,
  out: usize,
  fieldBytes: usize,
): void {
  const down = f64x2.replace_lane(f64x2.splat(above), 1, below);
  const right = f64x2.splat(x);
  for (let field: usize = 0; field < fields; field++) {
    const lower = corner + 8 * rowNodes;
    const northWest = v128.load64_splat(corner);
    const northEast = v128.load64_splat(corner, 8);
    const southWest = v128.load64_splat(lower);
    const southEast = v128.load64_splat(lower, 8);
    const west = f64x2.add(northWest, f64x2.mul(down, f64x2.sub(southWest, northWest)));
    const east = f64x2.add(northEast, f64x2.mul(down, f64x2.sub(southEast, northEast)));
    const rise = f64x2.sub(east, west);
    const rate = f64x2.mul(rise, f64x2.splat(step));
    let value = f64x2.add(west, f64x2.mul(right, rise));
    const end = out + 16 * columns;
    for (let to = out; to < end; to += 16) {
      v128.store(to, value);
      value = f64x2.add(value, rate);
    }
    corner += 8 * fieldNodes;
    out += fieldBytes;
  }
}

/** What {@link locateRows} notes of a capsule: distance, length of the way from its axis, the way itself. */
const noteBytes: usize = 64;

/**
 * Finds the nearest capsule and the border with the next, for pairs of places.
 *
 * @param notes - Room for 64 bytes per capsule.
 * @param fields - Pairs, as {@link interpolateRows} writes them: u, v, du/dx, du/dy, dv/dx, dv/dy.
 * @param out - Pairs, likewise: index of the nearest capsule, index of its neighbour, preference, border,
 *   depth.
 */
export function locateRows(
  capsules: usize,
  count: usize,
  notes: usize,
  fields: usize,
  fieldBytes: usize,
  columns: usize,
  out: usize,
  reach: f64,
  farthest: f64,
  leastRate: f64,
  axisSquare: f64,
): void {
  const beyond = 1 / (reach * reach);
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const list = notes + noteBytes * count;
  const farthestSquare = f64x2.splat(farthest * farthest);
  const slack = f64x2.splat(reach * reach * leastRate * leastRate * (1 + 1e-6));
  for (let column: usize = 0; column < columns; column++, fields += 16, out += 16) {
    const u = v128.load(fields);
    const v = v128.load(fields + fieldBytes);
    let best = f64x2.splat(Infinity);
    let owner = zero;
    let at = capsules;
    let note = notes;
    for (let index: usize = 0; index < count; index++, at += capsuleBytes, note += noteBytes) {
      const acrossU = f64x2.sub(u, v128.load64_splat(at));
      const acrossV = f64x2.sub(v, v128.load64_splat(at, 8));
      const axisU = v128.load64_splat(at, 16);
      const axisV = v128.load64_splat(at, 24);
      const half = v128.load64_splat(at, 32);
      const axial = f64x2.add(f64x2.mul(acrossU, axisU), f64x2.mul(acrossV, axisV));
      const along = f64x2.pmax(f64x2.pmin(axial, half), f64x2.neg(half));
      const du = f64x2.sub(acrossU, f64x2.mul(along, axisU));
      const dv = f64x2.sub(acrossV, f64x2.mul(along, axisV));
      const square = f64x2.add(f64x2.mul(du, du), f64x2.mul(dv, dv));
      const length = f64x2.sqrt(f64x2.add(square, f64x2.splat(axisSquare)));
      const distance = f64x2.mul(
        f64x2.sub(length, v128.load64_splat(at, 40)),
        v128.load64_splat(at, 48),
      );
      v128.store(note, distance);
      v128.store(note, length, 16);
      v128.store(note, du, 32);
      v128.store(note, dv, 48);
      owner = v128.bitselect(f64x2.splat(<f64>index), owner, f64x2.lt(distance, best));
      best = f64x2.pmin(best, distance);
    }
    const first = <usize>f64x2.extract_lane(owner, 0);
    const second = <usize>f64x2.extract_lane(owner, 1);
    const firstNote = notes + noteBytes * first;
    const secondNote = notes + noteBytes * second + 8;
    const ownStiffness = pair(capsules + capsuleBytes * first + 48, capsules + capsuleBytes * second + 48);
    const ownScale = f64x2.div(ownStiffness, pair(firstNote + 16, secondNote + 16));
    const ownU = f64x2.mul(pair(firstNote + 32, secondNote + 32), ownScale);
    const ownV = f64x2.mul(pair(firstNote + 48, secondNote + 48), ownScale);
    const uByX = v128.load(fields + 2 * fieldBytes);
    const uByY = v128.load(fields + 3 * fieldBytes);
    const vByX = v128.load(fields + 4 * fieldBytes);
    const vByY = v128.load(fields + 5 * fieldBytes);
    // The metric of the plane of the capsules: squares of its lengths per square of those of the places.
    const metricUU = f64x2.add(f64x2.mul(uByX, uByX), f64x2.mul(uByY, uByY));
    const metricUV = f64x2.add(f64x2.mul(uByX, vByX), f64x2.mul(uByY, vByY));
    const metricVV = f64x2.add(f64x2.mul(vByX, vByX), f64x2.mul(vByY, vByY));
    const twiceUV = f64x2.add(metricUV, metricUV);
    const ownSquare = f64x2.mul(ownStiffness, ownStiffness);
    let closeness = zero;
    let nearest = zero;
    let runnerUp = zero;
    let neighbour = owner;
    // First those whose border can be within reach, by the angle between the two ways out; without a branch, which would
    // be as hard to foretell as borders are.
    let listEnd = list;
    at = capsules;
    note = notes;
    for (let index: usize = 0; index < count; index++, at += capsuleBytes, note += noteBytes) {
      const gap = f64x2.sub(v128.load(note), best);
      const length = v128.load(note, 16);
      const stiffness = v128.load64_splat(at, 48);
      const turn = f64x2.add(
        f64x2.mul(v128.load(note, 32), ownU),
        f64x2.mul(v128.load(note, 48), ownV),
      );
      const most = f64x2.sub(
        f64x2.mul(f64x2.add(f64x2.mul(stiffness, stiffness), ownSquare), length),
        f64x2.mul(f64x2.add(stiffness, stiffness), turn),
      );
      const bound = f64x2.add(f64x2.mul(farthestSquare, most), f64x2.mul(slack, length));
      const canTouch = f64x2.le(f64x2.mul(f64x2.mul(gap, gap), length), bound);
      const isOwner = f64x2.eq(f64x2.splat(<f64>index), owner);
      store<u32>(listEnd, index);
      listEnd += <usize>v128.any_true(v128.andnot(canTouch, isOwner)) << 2;
    }
    for (let listed = list; listed < listEnd; listed += 4) {
      const index = load<u32>(listed);
      const note = notes + noteBytes * index;
      const stiffness = v128.load64_splat(capsules + capsuleBytes * index, 48);
      const gap = f64x2.sub(v128.load(note), best);
      const place = f64x2.splat(<f64>index);
      // To first order the border lies where the two distances have become equal, a length of
      // gap / rate away. What counts is its inverse square.
      const scale = f64x2.div(stiffness, v128.load(note, 16));
      const du = f64x2.sub(f64x2.mul(v128.load(note, 32), scale), ownU);
      const dv = f64x2.sub(f64x2.mul(v128.load(note, 48), scale), ownV);
      let rates = f64x2.add(
        f64x2.mul(f64x2.mul(metricUU, du), du),
        f64x2.mul(f64x2.mul(twiceUV, du), dv),
      );
      rates = f64x2.add(rates, f64x2.mul(f64x2.mul(metricVV, dv), dv));
      const inverse = f64x2.div(
        f64x2.add(rates, f64x2.splat(leastRate * leastRate)),
        f64x2.add(f64x2.mul(gap, gap), f64x2.splat(1e-6)),
      );
      const isBorder = f64x2.gt(inverse, f64x2.splat(beyond));
      const counts = v128.andnot(isBorder, f64x2.eq(place, owner));
      const counted = v128.and(inverse, counts);
      const excess = f64x2.sub(f64x2.mul(inverse, inverse), f64x2.splat(beyond * beyond));
      closeness = f64x2.add(closeness, v128.and(excess, counts));
      neighbour = v128.bitselect(place, neighbour, f64x2.gt(counted, nearest));
      runnerUp = f64x2.pmax(runnerUp, f64x2.pmin(nearest, counted));
      nearest = f64x2.pmax(nearest, counted);
    }
    const byX = f64x2.add(f64x2.mul(uByX, ownU), f64x2.mul(vByX, ownV));
    const byY = f64x2.add(f64x2.mul(uByY, ownU), f64x2.mul(vByY, ownV));
    const slope = f64x2.sqrt(f64x2.add(f64x2.mul(byX, byX), f64x2.mul(byY, byY)));
    const preference = f64x2.sub(one, f64x2.div(runnerUp, nearest));
    // A fourth-power mean rounds the corners where three meet; taking off what a border out of reach
    // would add makes borders leave without a step.
    const border = f64x2.div(one, f64x2.sqrt(f64x2.sqrt(closeness)));
    v128.store(out, owner);
    v128.store(out + fieldBytes, neighbour);
    v128.store(out + 2 * fieldBytes, v128.and(preference, f64x2.gt(nearest, zero)));
    v128.store(out + 3 * fieldBytes, v128.bitselect(border, f64x2.splat(1e4), f64x2.gt(closeness, zero)));
    v128.store(out + 4 * fieldBytes, f64x2.div(f64x2.neg(best), f64x2.add(slope, f64x2.splat(leastRate))));
  }
}

// @ts-ignore: a decorator of a function, which only AssemblyScript knows
@inline
function pair(first: usize, second: usize): v128 {
  return f64x2.replace_lane(v128.load64_splat(first), 1, load<f64>(second));
}
