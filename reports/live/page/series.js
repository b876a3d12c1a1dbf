// How an algorithm looks: colour, marker and dash as in the report (reports/html/series.ts).

const colours = 7;
const dashes = [[], [5, 3], [1.5, 2.5], [5, 2, 1.5, 2], [8, 3], [8, 2, 1.5, 2]];

/** Markers around (0, 0), about 9 px wide. */
const shapes = [
  'M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0',
  'M-3.2 -3.2H3.2V3.2H-3.2z',
  'M0 -4.5 4.5 0 0 4.5 -4.5 0z',
  'M0 -4.2 4.2 3.4H-4.2z',
  'M-1.5 -4h3v2.5h2.5v3h-2.5v2.5h-3v-2.5h-2.5v-3h2.5z',
  'M-3.4 -1.3 -1.3 -3.4 0 -2.1 1.3 -3.4 3.4 -1.3 2.1 0 3.4 1.3 1.3 3.4 0 2.1 -1.3 3.4 -3.4 1.3 -2.1 0z',
];

/** @param index - Of the algorithm among all, by name. */
export function seriesOf(index) {
  return {
    colour: index % colours,
    dash: dashes[index % dashes.length],
    shape: shapes[index % shapes.length],
  };
}

/** Line and marker as a small inline picture. */
export function swatch(index) {
  const { colour, dash, shape } = seriesOf(index);
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('class', `swatch s${colour}`);
  svg.setAttribute('viewBox', '0 0 28 12');
  svg.setAttribute('aria-hidden', 'true');
  const part = (attributes) => {
    const path = document.createElementNS(ns, 'path');
    for (const [name, value] of Object.entries(attributes)) path.setAttribute(name, value);
    svg.append(path);
  };
  part({
    d: 'M1 6H27',
    stroke: 'currentColor',
    'stroke-width': '1.6',
    'stroke-dasharray': dash.join(' '),
  });
  part({ d: shape, fill: 'currentColor', transform: 'translate(14 6)' });
  return svg;
}

/** A colour of the style sheet in the present theme, as a canvas understands it. */
export function themeColour(name) {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Lets the reader choose light or dark; until then the system does. Calls back on every change. */
export function watchTheme(button, onChange) {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark';
  const show = () => {
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', `Switch to ${isDark() ? 'light' : 'dark'} colours`);
    onChange();
  };
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    show();
  });
  dark.addEventListener('change', show);
  show();
}
