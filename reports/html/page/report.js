// The script of the page: exports figures, hands out the data of `report-data`, which htmlReport.ts embeds
// (`ReportData`), filters, and shows single trajectories.
import { csv, fileName, save } from './downloads.js';
import { exportDrawing } from './drawings.js';
import { startEnlarge } from './enlarge.js';
import { readFilter, startFilter, whenFiltered } from './filter.js';
import { data } from './reportData.js';
import { startTables } from './tables.js';
import { startList } from './trajectoryList.js';
import { draw, exportTrajectories, state } from './trajectoryPlot.js';
import { readView, startView } from './trajectoryView.js';

document.addEventListener('click', ({ target }) => {
  if (!(target instanceof HTMLButtonElement)) return;
  const { toggle, export: exported, format = 'svg', download } = target.dataset;
  if (toggle) {
    state.on = !state.on;
    target.setAttribute('aria-pressed', String(state.on));
    draw();
  } else if (exported) {
    void (exported === 'trajectories'
      ? exportTrajectories(format)
      : exportDrawing(exported, format));
  } else if (download === 'csv') {
    save(fileName('iterations.csv'), 'text/csv', csv());
  } else if (download === 'json') {
    const text = JSON.stringify(data().summary, null, 1);
    save(fileName('summary.json'), 'application/json', text);
  }
});
document.addEventListener('change', ({ target }) => {
  if (target instanceof HTMLSelectElement && target.dataset.select) {
    state.column = Number(target.value);
    draw();
  }
});
document.querySelector('[data-explore]')?.addEventListener('toggle', draw);

startTables();
startEnlarge();
startList();
startFilter();
startView();
whenFiltered(draw);
window.addEventListener('hashchange', () => {
  readFilter();
  readView();
});

let lastWidth = window.innerWidth;
/** @type {number | undefined} */
let pending;
window.addEventListener('resize', () => {
  // A phone's address bar changes the height alone.
  if (window.innerWidth === lastWidth) return;
  lastWidth = window.innerWidth;
  window.clearTimeout(pending);
  pending = window.setTimeout(draw, 120);
});
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);

/** Folds that paper shows open, and that are closed again afterwards. */
const unfolded = /** @type {Set<HTMLDetailsElement>} */ (new Set());
window.addEventListener('beforeprint', () => {
  document.documentElement.dataset.theme = 'light';
  /** @type {NodeListOf<HTMLDetailsElement>} */
  const folds = document.querySelectorAll('details.paper:not([open])');
  for (const fold of folds) {
    fold.open = true;
    unfolded.add(fold);
  }
  draw();
});
window.addEventListener('afterprint', () => {
  delete document.documentElement.dataset.theme;
  for (const fold of unfolded) fold.open = false;
  unfolded.clear();
  draw();
});
