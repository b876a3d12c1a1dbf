import { fileName, save } from './downloads.js';
import { escaped } from './plain.js';

export const font = 'system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';

/** @typedef {(name: string) => string} Colours - A colour of the theme by its name. */

/**
 * A drawing of the page as a file of its own: in the light theme, with its title and caption.
 *
 * @param {string} id
 */
function fileOf(id) {
  const figure = document.getElementById(`figure-${id}`);
  const panes = /** @type {HTMLElement[]} */ ([...(figure?.querySelectorAll('.pane') ?? [])]);
  const shown = panes.find((pane) => pane.offsetParent !== null) ?? figure;
  const drawing = shown?.querySelector('.wide svg')?.cloneNode(true);
  if (!(drawing instanceof SVGSVGElement)) throw new Error(`there is no drawing ${id}`);
  for (const hidden of drawing.querySelectorAll('[display=none]')) hidden.remove();
  const { width, height } = drawing.viewBox.baseVal;
  const words = figure?.querySelector('h3')?.textContent.split(' ') ?? [];
  const lines = [''];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length * 9 > width && lines.at(-1) !== '') lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  const top = 14 + 22 * lines.length;
  const all = { width: width + 24, height: height + top + 24 };
  // The name of SVG's vocabulary, from where the page itself has it.
  const file = document.createElementNS(drawing.namespaceURI, 'svg');
  file.setAttribute('width', String(all.width));
  file.setAttribute('height', String(all.height));
  file.setAttribute('viewBox', `0 0 ${all.width} ${all.height}`);
  file.setAttribute('font-family', font);
  file.innerHTML =
    `<rect width="100%" height="100%" fill="var(--page)"/>` +
    lines
      .map(
        (line, i) =>
          `<text x="12" y="${26 + 22 * i}" font-size="16" font-weight="600" fill="var(--ink)">${escaped(line)}</text>`,
      )
      .join('');
  drawing.setAttribute('x', '12');
  drawing.setAttribute('y', String(top));
  drawing.setAttribute('font-family', font);
  file.append(drawing);
  const colours = lightTheme();
  const text = new XMLSerializer().serializeToString(file);
  return { ...all, text: text.replace(/var\(--([\w-]+)\)/g, (_, colour) => colours(colour)) };
}

/** Colours of the light theme, whichever the reader has. */
function lightTheme() {
  const root = document.documentElement;
  const before = root.dataset.theme;
  root.dataset.theme = 'light';
  const style = getComputedStyle(root);
  /** @type {{ [name: string]: string }} */
  const found = {};
  const styles = document.querySelector('style')?.textContent ?? '';
  for (const [, name] of styles.matchAll(/--([\w-]+):/g)) {
    found[name] = style.getPropertyValue(`--${name}`).trim();
  }
  if (before === undefined) delete root.dataset.theme;
  else root.dataset.theme = before;
  return /** @type {Colours} */ ((name) => found[name] ?? '#000');
}

/**
 * @param {string} id
 * @param {string} format
 */
export async function exportDrawing(id, format) {
  const { text, width, height } = fileOf(id);
  if (format === 'svg') {
    save(fileName(`${id}.svg`), 'image/svg+xml', text);
    return;
  }
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  const scale = 2;
  canvas.width = scale * width;
  canvas.height = scale * height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser draws no canvas');
  context.scale(scale, scale);
  context.drawImage(image, 0, 0, width, height);
  /** @type {Blob | null} */
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'));
  if (blob === null) throw new Error('this browser makes no PNG of this size');
  save(fileName(`${id}.png`), 'image/png', blob);
}
