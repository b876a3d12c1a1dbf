import { fileName } from './downloads.js';
import { font } from './drawings.js';
import { isShown, outcomeWords } from './filter.js';
import { data, lastOf, once, textOf } from './reportData.js';

/** @typedef {import('../plotly.d.ts').PlotlyTrace} PlotlyTrace */
/** @typedef {import('../plotly.d.ts').PlotlyLayout} PlotlyLayout */
/** @typedef {import('./drawings.js').Colours} Colours */

const plotly = once(() => {
  const script = document.createElement('script');
  script.textContent = textOf('plotly-source');
  document.head.append(script);
  if (window.Plotly === undefined) throw new Error('the plotting library did not start');
  return window.Plotly;
});
const widestGrid = 3;
const narrowPx = 680;
/** What the reader has chosen. */
export const state = { on: false, column: 0 };

// Plotly reads a little HTML and %{...} in texts; names from records must mean nothing to it.
/** @param {string} text */
const plain = (text) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/%\{/g, '% {');

/** @returns {Colours} */
function theme() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

/**
 * @param {string} hex
 * @param {number} alpha
 */
const translucent = (hex, alpha) => {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `rgba(${r},${g},${b},${alpha})`;
};

/**
 * Places of the panels in px and as fractions, for a grid that becomes a stack when narrow.
 *
 * @param {number} rowCount
 * @param {number} columnCount
 * @param {number} width
 */
function placePanels(rowCount, columnCount, width) {
  const isNarrow = width < narrowPx;
  const isRow = columnCount === 1 && !isNarrow;
  const [down, across] = isRow
    ? [1, rowCount]
    : isNarrow
      ? [rowCount * columnCount, 1]
      : [rowCount, columnCount];
  const margin = { l: 58, r: 70, t: columnCount > 1 ? 30 : 12, b: 46 };
  const panelHeight = isNarrow ? 190 : isRow ? 280 : 200;
  const gapY = isNarrow ? 56 : 26;
  const gapX = isRow ? 118 : 22;
  const innerHeight = down * panelHeight + (down - 1) * gapY;
  const innerWidth = width - margin.l - margin.r;
  const panelWidth = (innerWidth - (across - 1) * gapX) / across;
  /**
   * @param {number} row
   * @param {number} column
   */
  const place = (row, column) => {
    const [y, x] = isRow ? [0, row] : isNarrow ? [column * rowCount + row, 0] : [row, column];
    const left = x * (panelWidth + gapX);
    const top = y * (panelHeight + gapY);
    return {
      x: [left / innerWidth, (left + panelWidth) / innerWidth],
      y: [1 - (top + panelHeight) / innerHeight, 1 - top / innerHeight],
      showsXTitle: isNarrow || isRow || row === rowCount - 1,
      showsYTitle: isNarrow || isRow || column === 0,
      showsHeader: columnCount > 1 && row === 0,
      showsMargin: isNarrow || isRow || column === columnCount - 1,
    };
  };
  return { place, margin, panelWidth, height: innerHeight + margin.t + margin.b };
}

/**
 * @param {Colours} colour
 * @param {PlotlyLayout['margin']} margin
 * @param {number} height
 * @param {number} width
 * @returns {PlotlyLayout}
 */
function baseLayout(colour, margin, height, width) {
  return {
    width,
    height,
    margin,
    paper_bgcolor: colour('page'),
    plot_bgcolor: colour('page'),
    font: { family: font, size: 12, color: colour('ink') },
    hovermode: 'closest',
    hoverlabel: {
      bgcolor: colour('panel'),
      bordercolor: colour('line'),
      font: { family: font, size: 12.5, color: colour('ink') },
      align: 'left',
    },
    showlegend: false,
    legend: { orientation: 'h', y: 1, yanchor: 'bottom', x: 0, font: { size: 13 } },
    // On a phone a drag scrolls the page.
    dragmode: width < narrowPx ? false : 'zoom',
    shapes: [],
    annotations: [],
  };
}

/** @param {Colours} colour */
const axisStyle = (colour) => ({
  gridcolor: colour('grid'),
  linecolor: colour('line'),
  tickcolor: colour('line'),
  tickfont: { size: 11.5, color: colour('muted') },
  zeroline: false,
  showline: true,
  ticks: 'outside',
  ticklen: 3,
  automargin: false,
  exponentformat: 'none',
});
/**
 * @param {Colours} colour
 * @param {string} text
 */
const axisTitle = (colour, text) => ({
  text,
  font: { size: 12, color: colour('muted') },
  standoff: 6,
});

/** The figure of trajectories; only where there is one can it be asked for. */
function drawable() {
  const { figure } = data();
  if ('undrawable' in figure) throw new Error(figure.undrawable);
  return figure;
}

/** @param {ReturnType<typeof drawable>} figure */
function shownColumns({ columns }) {
  const { groups } = data().table;
  const shown = columns.filter(({ groups: [{ group }] }) =>
    isShown({ condition: [groups[group].condition] }),
  );
  if (shown.length <= widestGrid) return shown;
  const chosen = columns[state.column];
  return [shown.includes(chosen) ? chosen : shown[0]];
}

/**
 * A grid of panels with margins drawn in.
 *
 * @param {Colours} colour
 * @param {number} width
 */
function drawTrajectories(colour, width) {
  const { series, table } = data();
  const figure = drawable();
  const columns = shownColumns(figure);
  const placed = placePanels(figure.rows.length, columns.length, width);
  const layout = baseLayout(colour, placed.margin, placed.height, width);
  /** @type {PlotlyTrace[]} */
  const traces = [];
  columns.forEach((column, c) => {
    const last = Math.max(
      ...column.groups.flatMap(({ group, drawn }) =>
        drawn.map((i) => lastOf(table.groups[group].trajectories[i].rows)[0]),
      ),
      1,
    );
    const step = last <= 12 ? (placed.panelWidth < 240 ? 2 : 1) : undefined;
    figure.rows.forEach(({ yTitle, cap, margin, marginLabel }, r) => {
      const index = c * figure.rows.length + r + 1;
      const suffix = index === 1 ? '' : String(index);
      const { x, y, showsXTitle, showsYTitle, showsHeader, showsMargin } = placed.place(r, c);
      layout[`xaxis${suffix}`] = {
        ...axisStyle(colour),
        range: [-0.03 * last, 1.03 * last],
        dtick: step,
        tickformat: 'd',
        domain: x,
        anchor: `y${suffix}`,
        showticklabels: showsXTitle,
        title: showsXTitle ? axisTitle(colour, figure.xTitle) : undefined,
      };
      layout[`yaxis${suffix}`] = {
        ...axisStyle(colour),
        ...(state.on ? { autorange: true } : { range: [-cap, cap] }),
        nticks: 6,
        domain: y,
        anchor: `x${suffix}`,
        showticklabels: showsYTitle,
        title: showsYTitle ? axisTitle(colour, yTitle) : undefined,
      };
      if (showsHeader) {
        layout.annotations.push({
          text: `<b>${plain(column.label)}</b>`,
          x: (x[0] + x[1]) / 2,
          y: y[1],
          xref: 'paper',
          yref: 'paper',
          xanchor: 'center',
          yanchor: 'bottom',
          yshift: 5,
          showarrow: false,
          font: { size: 12.5 },
        });
      }
      layout.shapes.push({
        type: 'rect',
        layer: 'below',
        xref: `x${suffix} domain`,
        yref: `y${suffix}`,
        x0: 0,
        x1: 1,
        y0: -margin,
        y1: margin,
        fillcolor: translucent(colour('margin'), 0.22),
        line: { width: 0 },
      });
      if (showsMargin) {
        layout.annotations.push({
          text: marginLabel.map(plain).join('<br>'),
          x: 1,
          xref: `x${suffix} domain`,
          xshift: 4,
          y: 0,
          yref: `y${suffix}`,
          xanchor: 'left',
          yanchor: 'middle',
          align: 'left',
          showarrow: false,
          font: { size: 11, color: colour('margin') },
        });
      }
      for (const { group, drawn: chosen } of column.groups) {
        const { series: look, trajectories } = table.groups[group];
        const drawn = chosen.filter((i) =>
          isShown({ series: [look], outcome: outcomeWords(trajectories[i]) }),
        );
        const { label, symbol, colour: palette } = series[look];
        const hex = colour(`s${palette}`);
        const lines = emptyTrace();
        const ends = emptyTrace();
        for (const i of drawn) {
          const { index: number, outcome, rows } = trajectories[i];
          for (const row of rows) {
            lines.x.push(row[0]);
            lines.y.push(row[r + 1]);
            lines.text.push(`trajectory ${number}, ${outcome}`);
          }
          const end = lastOf(rows);
          ends.x.push(end[0]);
          ends.y.push(end[r + 1]);
          ends.text.push(`trajectory ${number}, ${outcome}, end`);
          // A gap, so that one trace can hold all lines.
          lines.x.push(null);
          lines.y.push(null);
          lines.text.push('');
        }
        const common = {
          type: 'scatter',
          hovertemplate: `<b>${plain(label)}</b><br>%{text}<br>iteration %{x}: %{y:.3~f}<extra></extra>`,
          legendgroup: label,
          name: plain(label),
          xaxis: `x${suffix}`,
          yaxis: `y${suffix}`,
        };
        traces.push(
          {
            ...common,
            ...lines,
            mode: 'lines',
            line: { color: translucent(hex, drawn.length > 25 ? 0.35 : 0.6), width: 1 },
          },
          {
            ...common,
            ...ends,
            mode: 'markers',
            showlegend: false,
            marker: { color: translucent(hex, 0.8), symbol, size: 5 },
          },
        );
      }
    });
  });
  return { traces, layout };
}

/** @returns {{ x: (number | null)[], y: (number | null)[], text: string[] }} */
const emptyTrace = () => ({ x: [], y: [], text: [] });

const config = { displayModeBar: false, doubleClick: 'reset', responsive: false };

export function draw() {
  const canvas = document.getElementById('figure-trajectories');
  if (!canvas?.closest('details')?.open) return;
  try {
    const { traces, layout } = drawTrajectories(theme(), canvas.clientWidth);
    plotly().react(canvas, traces, layout, config);
  } catch (error) {
    canvas.className = 'undrawable';
    const reason = error instanceof Error ? error.message : error;
    canvas.textContent = `This figure could not be drawn: ${reason}`;
  }
}

/**
 * The trajectories as they would be on a wide page, with title and legend inside.
 *
 * @param {string} format
 */
export async function exportTrajectories(format) {
  const { traces, layout } = drawTrajectories(theme(), 1200);
  const { columns } = drawable();
  const [first, ...others] = shownColumns(drawable());
  const chosen = columns.length > 1 && others.length === 0 ? `, ${first?.label ?? ''}` : '';
  const listed = new Set();
  for (const trace of traces) {
    // One entry per algorithm, however many of its lines there are.
    if (listed.has(trace.legendgroup)) trace.showlegend = false;
    if (trace.showlegend !== false) listed.add(trace.legendgroup);
  }
  const extra = 76;
  Object.assign(layout, {
    height: layout.height + extra,
    margin: { ...layout.margin, t: layout.margin.t + extra },
    showlegend: true,
    title: {
      text: plain(`Signed residual of single trajectories${chosen}`),
      x: 0.01,
      y: 0.985,
      yanchor: 'top',
      font: { size: 18 },
    },
    legend: {
      ...layout.legend,
      yref: 'container',
      y: 0.985 - 34 / (layout.height + extra),
      yanchor: 'top',
    },
  });
  await plotly().downloadImage(
    { data: traces, layout },
    {
      format,
      filename: fileName('trajectories'),
      width: 1200,
      height: layout.height,
      scale: format === 'png' ? 2 : 1,
    },
  );
}
