import { data } from './reportData.js';

/**
 * @param {string} name
 * @param {string} type
 * @param {BlobPart} content
 */
export function save(name, type, content) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** @param {string} name */
export const fileName = (name) => {
  const stem = document.title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `${stem || 'report'}-${name}`;
};
/** @param {string | number} value */
const csvField = (value) =>
  /[",\n\r]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);

export function csv() {
  const { table } = data();
  const lines = [
    [...table.keys, 'seed', 'trajectory', 'key', 'outcome', ...table.columns].join(','),
  ];
  for (const { about, trajectories } of table.groups) {
    for (const { index, seed, key, outcome, rows } of trajectories) {
      const head = [...about, seed, index, key, outcome].map(csvField).join(',');
      for (const row of rows) {
        // What an iteration did not do is missing at the end of its row.
        const cells = table.columns.map((_, i) => row[i] ?? '');
        lines.push(`${head},${cells.join(',')}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}
