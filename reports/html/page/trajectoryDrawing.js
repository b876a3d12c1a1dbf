import { data } from './reportData.js';

/** @typedef {import('./trajectoryList.js').Listed} Listed */

const [width, height] = [300, 150];
const edge = { left: 46, right: 10, top: 20, bottom: 26 };

/**
 * Where a value lies between two ends, in px.
 *
 * @param {readonly [number, number]} ends
 * @param {number} from
 * @param {number} to
 */
const scaleOf =
  ([low, high], from, to) =>
  /** @param {number} value */
  (value) =>
    Number((from + ((value - low) / (high - low || 1)) * (to - from)).toFixed(1));

/**
 * Ends of an axis around zero that has room for all of some values and for the margin.
 *
 * @param {readonly number[]} values
 * @param {number} margin
 * @returns {readonly [number, number]}
 */
function endsOf(values, margin) {
  const low = Math.min(-1.6 * margin, ...values);
  const high = Math.max(1.6 * margin, ...values);
  const room = 0.06 * (high - low);
  return [low - room, high + room];
}

/**
 * @typedef {object} Quantity - One of the three residuals.
 * @property {string} name
 * @property {string} unit
 * @property {readonly number[]} values - After each row.
 * @property {number} margin
 */

/**
 * A plane with points that are joined, the margins, and where a reader is.
 *
 * @param {string} title
 * @param {{ readonly x: Quantity, readonly y: Quantity, readonly isCourse: boolean }} about - `isCourse`: x counts
 *   iterations and has no margin.
 * @param {number} step - Index of the row at which the reader is.
 * @param {number} colour
 */
function plane(title, { x, y, isCourse }, step, colour) {
  const last = Math.max(1, ...x.values);
  const across = scaleOf(
    isCourse ? [-0.03 * last, 1.03 * last] : endsOf(x.values, x.margin),
    edge.left,
    width - edge.right,
  );
  const up = scaleOf(endsOf(y.values, y.margin), height - edge.bottom, edge.top);
  const points = x.values.map((value, i) => [across(value), up(y.values[i])]);
  const [bottom, top] = [up(-y.margin), up(y.margin)];
  const sides = isCourse ? [edge.left, width - edge.right] : [across(-x.margin), across(x.margin)];
  const texts = [
    [edge.left - 5, top + 4, 'end', String(y.margin)],
    [edge.left - 5, bottom + 4, 'end', `−${y.margin}`],
    [edge.left, height - 8, 'start', isCourse ? '0' : ''],
    [
      width - edge.right,
      height - 8,
      'end',
      isCourse ? `iteration ${last}` : `${x.name} (${x.unit}) →`,
    ],
  ];
  // Margins that are a hair's breadth apart have room for one number.
  const shown = bottom - top < 13 ? texts.filter((_, i) => i !== 1) : texts;
  const labels = shown.map(
    ([left, at, anchor, text]) =>
      `<text x="${left}" y="${at}" text-anchor="${anchor}">${text}</text>`,
  );
  const [left] = points[step];
  return (
    `<svg class="plane" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}"><text class="title" x="${edge.left}" y="13">${title}</text>` +
    `<rect class="frame-line" x="${edge.left}" y="${edge.top}" width="${width - edge.left - edge.right}" height="${height - edge.top - edge.bottom}"/>` +
    `<rect class="margins" x="${sides[0]}" y="${top}" width="${sides[1] - sides[0]}" height="${bottom - top}"/>` +
    `${isCourse ? `<path class="here" d="M${left} ${edge.top}V${height - edge.bottom}"/>` : ''}` +
    `<g class="s${colour}"><path class="course" d="M${points.map((point) => point.join(' ')).join('L')}"/>` +
    `${points.map(([cx, cy], i) => `<circle cx="${cx}" cy="${cy}" r="${i === step ? 5 : points.length > 20 ? 1.4 : 2.4}" data-step="${i}"/>`).join('')}</g>${labels.join('')}</svg>`
  );
}

/**
 * The course of a trajectory in three planes over the iterations, and its path through working distance and
 * stigmator.
 *
 * @param {Listed} listed
 * @param {number} step
 */
export function trajectoryDrawings({ trajectory: { rows }, group, look }, step) {
  const [wd, x, y] = ['working distance', 'stigmator x', 'stigmator y'].map((name, i) => ({
    name,
    unit: i === 0 ? 'µm' : data().stigmatorUnit,
    values: rows.map((row) => row[i + 1]),
    margin: group.margins[i === 0 ? 0 : 1],
  }));
  const iteration = { name: 'iteration', unit: '', values: rows.map(([at]) => at), margin: 0 };
  const courses = [wd, x, y].map((quantity) =>
    plane(
      `${quantity.name}, ${quantity.unit} from focus`,
      { x: iteration, y: quantity, isCourse: true },
      step,
      look.colour,
    ),
  );
  const paths = [
    plane(`${x.name} over ${wd.name}`, { x: wd, y: x, isCourse: false }, step, look.colour),
    plane(`${y.name} over ${x.name}`, { x, y, isCourse: false }, step, look.colour),
  ];
  return [...courses, ...paths].join('');
}
