// The page's own script: exports figures, hands out the data of `report-data`, which htmlReport.ts
// embeds (`ReportData`), and draws single trajectories with Plotly.
// Both are read when a reader first asks for them: a page opens as fast as its text and drawings do.
(() => {
  /** @typedef {import('./htmlReport.ts').ReportData} ReportData */
  /** @typedef {import('./plotly.d.ts').PlotlyTrace} PlotlyTrace */
  /** @typedef {import('./plotly.d.ts').PlotlyLayout} PlotlyLayout */
  /** @typedef {(name: string) => string} Colours - A colour of the theme by its name. */

  /**
   * @template Made
   * @param {() => Made} make
   */
  const once = (make) => {
    /** @type {Made | undefined} */
    let made;
    return () => {
      made ??= make();
      return made;
    };
  };
  /** @param {string} id */
  const textOf = (id) => document.getElementById(id)?.textContent ?? '';
  const data = once(() => /** @type {ReportData} */ (JSON.parse(textOf('report-data'))));
  const plotly = once(() => {
    const script = document.createElement('script');
    script.textContent = textOf('plotly-source');
    document.head.append(script);
    if (window.Plotly === undefined) throw new Error('the plotting library did not start');
    return window.Plotly;
  });
  const widestGrid = 3;
  const narrowPx = 680;
  const font = 'system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';
  /** What the reader has chosen. */
  const state = { on: false, column: 0 };

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
    return columns.length <= widestGrid ? columns : [columns[state.column]];
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
        for (const { group, drawn } of column.groups) {
          const { series: look, trajectories } = table.groups[group];
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

  /**
   * @template Item
   * @param {readonly Item[]} items - At least one.
   */
  const lastOf = (items) => items[items.length - 1];

  const config = { displayModeBar: false, doubleClick: 'reset', responsive: false };

  function draw() {
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
   * @param {string} name
   * @param {string} type
   * @param {BlobPart} content
   */
  function save(name, type, content) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  /** @param {string} name */
  const fileName = (name) => {
    const stem = document.title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
    return `${stem || 'report'}-${name}`;
  };
  /** @param {string | number} value */
  const csvField = (value) =>
    /[",\n\r]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);

  function csv() {
    const { table } = data();
    const lines = [
      [...table.keys, 'seed', 'trajectory', 'key', 'outcome', ...table.columns].join(','),
    ];
    for (const { about, trajectories } of table.groups) {
      for (const { index, seed, key, outcome, rows } of trajectories) {
        const head = [...about, seed, index, key, outcome].map(csvField).join(',');
        for (const row of rows) lines.push(`${head},${row.join(',')}`);
      }
    }
    return `${lines.join('\n')}\n`;
  }

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
            `<text x="12" y="${26 + 22 * i}" font-size="16" font-weight="600" fill="var(--ink)">${plain(line)}</text>`,
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
  async function exportDrawing(id, format) {
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

  /**
   * The trajectories as they would be on a wide page, with title and legend inside.
   *
   * @param {string} format
   */
  async function exportTrajectories(format) {
    const { traces, layout } = drawTrajectories(theme(), 1200);
    const { columns } = drawable();
    const chosen = columns.length > widestGrid ? `, ${columns[state.column].label}` : '';
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

  /**
   * Sorts the rows under each condition by a column, then the other way round.
   *
   * @param {HTMLTableCellElement} head
   */
  function sortBy(head) {
    const table = head.closest('table');
    const column = Number(head.dataset.sort);
    const first = head.dataset.first === 'high' ? 'descending' : 'ascending';
    const other = first === 'ascending' ? 'descending' : 'ascending';
    const direction = head.getAttribute('aria-sort') === first ? other : first;
    for (const one of table?.querySelectorAll('[aria-sort]') ?? [])
      one.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', direction);
    const sign = direction === 'ascending' ? 1 : -1;
    for (const body of table?.tBodies ?? []) {
      const rows = [...body.rows].filter((row) => !row.classList.contains('condition'));
      /** @param {HTMLTableRowElement} row */
      const numberIn = (row) => {
        const value = row.cells[column]?.dataset.value;
        return value === undefined ? undefined : Number(value);
      };
      rows.sort((p, q) => {
        const [a, b] = [numberIn(p), numberIn(q)];
        // What has no value stands last, either way.
        if (a === undefined || b === undefined)
          return Number(a === undefined) - Number(b === undefined);
        return sign * (a - b);
      });
      body.append(...rows);
    }
  }
  /** @type {NodeListOf<HTMLTableCellElement>} */
  const sortHeads = document.querySelectorAll('th[data-sort]');
  for (const head of sortHeads) {
    head.tabIndex = 0;
    head.addEventListener('click', () => sortBy(head));
    head.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      sortBy(head);
    });
  }

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
  window.addEventListener('beforeprint', () => {
    document.documentElement.dataset.theme = 'light';
    draw();
  });
  window.addEventListener('afterprint', () => {
    delete document.documentElement.dataset.theme;
    draw();
  });
})();
