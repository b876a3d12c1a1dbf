// Numbers and times as people read them.

/**
 * About three significant digits without an exponent: 12.3, 0.05, 0.004, 1230.
 *
 * @param {number} value
 */
export function short(value) {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return '–';
  if (size >= 100) return String(Math.round(value));
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(size > 0 && size < 0.0095 ? 3 : 2);
}

/**
 * With its sign, `+` included and a real minus.
 *
 * @param {number} value
 */
export function signed(value) {
  const text = short(Math.abs(value));
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

/**
 * A residual with signs and units.
 *
 * @param {import('../../run/RunSnapshot.ts').LiveResidual | undefined} residual
 */
export function residualText(residual) {
  if (residual === undefined) return '–';
  const [workingDistanceUm, stigmatorX, stigmatorY] = residual.map(signed);
  return `${workingDistanceUm} µm; ${stigmatorX}, ${stigmatorY} a.u.`;
}

/** @param {number} seconds */
export function duration(seconds) {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${whole} s`;
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * An element with attributes and children; texts stay texts.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {{ readonly [attribute: string]: string | number | boolean }} [attributes]
 * @param {(Node | string)[]} children
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children);
  return made;
}
