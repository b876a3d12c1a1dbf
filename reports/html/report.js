// The page's own script: draws the figures of `report-data`, which htmlReport.ts embeds (shapes in
// figureData.ts and trajectoryTable.ts). Everything that needs deciding was decided there; this
// file only turns it into Plotly traces in the reader's theme and width.
(() => {
  const { series, figures, summary, table, title } = JSON.parse(
    document.getElementById('report-data').textContent,
  );
  const Plotly = window.Plotly;
  const widestGrid = 3;
  const narrowPx = 680;
  const font = 'system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';
  /** What the reader has chosen, per figure. */
  const state = Object.fromEntries(
    Object.keys(figures).map((id) => [id, { on: false, column: 0 }]),
  );

  // Plotly reads a little HTML and %{...} in texts; names from records must mean nothing to it.
  const plain = (text) =>
    String(text)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/%\{/g, '% {');

  function theme() {
    const style = getComputedStyle(document.documentElement);
    return (name) => style.getPropertyValue(`--${name}`).trim();
  }

  const translucent = (hex, alpha) => {
    const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    return `rgba(${r},${g},${b},${alpha})`;
  };

  /** Places of the panels in px and as fractions, for a grid that becomes a stack when narrow. */
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
  const axisTitle = (colour, text) => ({
    text,
    font: { size: 12, color: colour('muted') },
    standoff: 6,
  });

  /** Only 1, 2, 5 of each decade where there is room, only 1 where there are many decades. */
  function logTicks([low, high]) {
    const decades = Math.log10(high / low);
    const steps = decades > 3 ? [1] : decades > 1.6 ? [1, 3] : [1, 2, 5];
    const values = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const step of steps) {
        const value = Number((step * 10 ** power).toPrecision(6));
        if (value >= low && value <= high) values.push(value);
      }
    }
    return { tickmode: 'array', tickvals: values, ticktext: values.map(String) };
  }

  function shownColumns(figure, { column }) {
    return figure.columns.length <= widestGrid ? figure.columns : [figure.columns[column]];
  }

  /** A grid of panels with margins drawn in; `tracesOf` fills one panel. */
  function panelGrid(figure, chosen, colour, width, options) {
    const columns = shownColumns(figure, chosen);
    const placed = placePanels(figure.rows.length, columns.length, width);
    const layout = baseLayout(colour, placed.margin, placed.height, width);
    const traces = [];
    columns.forEach((column, c) => {
      figure.rows.forEach((row, r) => {
        const index = c * figure.rows.length + r + 1;
        const suffix = index === 1 ? '' : String(index);
        const { x, y, showsXTitle, showsYTitle, showsHeader, showsMargin } = placed.place(r, c);
        layout[`xaxis${suffix}`] = {
          ...axisStyle(colour),
          ...options.xAxis(column, placed.panelWidth),
          domain: x,
          anchor: `y${suffix}`,
          showticklabels: showsXTitle,
          title: showsXTitle ? axisTitle(colour, figure.xTitle) : undefined,
        };
        layout[`yaxis${suffix}`] = {
          ...axisStyle(colour),
          ...options.yAxis(row),
          domain: y,
          anchor: `x${suffix}`,
          showticklabels: showsYTitle,
          title: showsYTitle ? axisTitle(colour, row.yTitle) : undefined,
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
        options.decorate(layout, row, suffix);
        if (showsMargin) {
          layout.annotations.push({
            text: row.marginLabel.map(plain).join('<br>'),
            x: 1,
            xref: `x${suffix} domain`,
            xshift: 4,
            y: options.marginAt(row),
            yref: `y${suffix}`,
            xanchor: 'left',
            yanchor: 'middle',
            align: 'left',
            showarrow: false,
            font: { size: 11, color: colour('margin') },
          });
        }
        for (const trace of options.tracesOf(column, row, r)) {
          traces.push({ ...trace, xaxis: `x${suffix}`, yaxis: `y${suffix}` });
        }
      });
    });
    return { traces, layout };
  }

  function drawPanels(figure, chosen, colour, width) {
    const isLog = chosen.on;
    const looks = (line) => ({
      ...series[line.series],
      hex: colour(`s${series[line.series].colour}`),
    });
    return panelGrid(figure, chosen, colour, width, {
      xAxis: ({ lines }, panelWidth) => {
        const all = lines.flat().flatMap(({ x }) => x);
        const [low, high] = [Math.min(...all), Math.max(...all)];
        if (!figure.xIsLog) {
          const step = high <= 12 ? (panelWidth < 240 ? 2 : 1) : undefined;
          const pad = 0.03 * (high - low || 1);
          return { range: [low - pad, high + pad], dtick: step, tickformat: 'd' };
        }
        const range = [low / 1.5, high * 1.25];
        return { type: 'log', range: range.map(Math.log10), ...logTicks(range) };
      },
      yAxis: ({ cap, logRange }) =>
        isLog
          ? { type: 'log', range: logRange.map(Math.log10), ...logTicks(logRange) }
          : { range: [0, cap], nticks: 6 },
      marginAt: ({ margin }) => (isLog ? Math.log10(margin) : margin),
      decorate: (layout, { margin }, suffix) => {
        layout.shapes.push({
          type: 'line',
          xref: `x${suffix} domain`,
          yref: `y${suffix}`,
          x0: 0,
          x1: 1,
          y0: margin,
          y1: margin,
          line: { color: colour('margin'), width: 1.2, dash: 'dot' },
        });
      },
      tracesOf: ({ lines }, _row, r) => [
        ...lines[r]
          .filter(({ low }) => low.length > 0)
          .map((line) => ({
            type: 'scatter',
            mode: 'lines',
            x: [...line.x, ...line.x.toReversed()],
            y: [...line.high, ...line.low.toReversed()],
            fill: 'toself',
            fillcolor: translucent(looks(line).hex, 0.13),
            line: { width: 0 },
            hoverinfo: 'skip',
            showlegend: false,
          })),
        ...lines[r]
          .filter(({ startLabel }) => startLabel !== '')
          .map((line) => ({
            type: 'scatter',
            mode: 'text',
            x: [line.x[0]],
            y: [line.y[0]],
            text: [plain(line.startLabel)],
            textposition: 'top center',
            textfont: { size: 11, color: looks(line).hex },
            hoverinfo: 'skip',
            showlegend: false,
          })),
        ...lines[r].map((line) => {
          const { label, hex, symbol, dash } = looks(line);
          return {
            type: 'scatter',
            mode: 'lines+markers',
            name: plain(label),
            legendgroup: label,
            x: line.x,
            y: line.y,
            line: { color: hex, width: 2, dash },
            marker: { color: hex, symbol, size: 6.5, maxdisplayed: 14 },
            hovertext: line.text.map(plain),
            hovertemplate: `<b>${plain(label)}</b><br>%{hovertext}<extra></extra>`,
          };
        }),
      ],
    });
  }

  function drawTrajectories(figure, chosen, colour, width) {
    return panelGrid(figure, chosen, colour, width, {
      xAxis: ({ groups }, panelWidth) => {
        const last = Math.max(
          ...groups.flatMap(({ group, drawn }) =>
            drawn.map((i) => table.groups[group].trajectories[i].rows.at(-1)[0]),
          ),
          1,
        );
        const step = last <= 12 ? (panelWidth < 240 ? 2 : 1) : undefined;
        return { range: [-0.03 * last, 1.03 * last], dtick: step, tickformat: 'd' };
      },
      yAxis: ({ cap }) =>
        chosen.on ? { autorange: true, nticks: 6 } : { range: [-cap, cap], nticks: 6 },
      marginAt: () => 0,
      decorate: (layout, { margin }, suffix) => {
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
      },
      tracesOf: ({ groups }, _row, r) =>
        groups.flatMap(({ group, drawn }) => {
          const { series: index, trajectories } = table.groups[group];
          const { label, symbol, colour: palette } = series[index];
          const hex = colour(`s${palette}`);
          const lines = { x: [], y: [], text: [] };
          const ends = { x: [], y: [], text: [] };
          for (const i of drawn) {
            const { index: number, outcome, rows } = trajectories[i];
            for (const row of rows) {
              lines.x.push(row[0]);
              lines.y.push(row[r + 1]);
              lines.text.push(`trajectory ${number}, ${outcome}`);
            }
            ends.x.push(rows.at(-1)[0]);
            ends.y.push(rows.at(-1)[r + 1]);
            ends.text.push(`trajectory ${number}, ${outcome}, end`);
            // A gap, so that one trace can hold all lines.
            lines.x.push(null);
            lines.y.push(null);
            lines.text.push('');
          }
          const hovertemplate = `<b>${plain(label)}</b><br>%{text}<br>iteration %{x}: %{y:.3~f}<extra></extra>`;
          const common = { type: 'scatter', hovertemplate, legendgroup: label, name: plain(label) };
          return [
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
          ];
        }),
    });
  }

  function drawTime(figure, _chosen, colour, width) {
    const isNarrow = width < narrowPx;
    const labelOf = ({ series: index, label, count }) =>
      `${plain(series[index].label)}${isNarrow ? '<br>' : ', '}${plain(label)}` +
      `<br><span style="font-size:11px">n = ${count}</span>`;
    const margin = { l: isNarrow ? 130 : 250, r: 16, t: 8, b: 46 };
    const layout = baseLayout(colour, margin, 62 * figure.rows.length + 70, width);
    const all = figure.rows.flatMap(({ computeMs, microscopeMs }) => [...computeMs, microscopeMs]);
    const positive = all.filter((value) => value > 0);
    const range = [Math.min(...positive) / 1.6, Math.max(...positive) * 1.6];
    layout.xaxis = {
      ...axisStyle(colour),
      type: 'log',
      range: range.map(Math.log10),
      ...logTicks(range),
      title: axisTitle(colour, 'time per iteration (ms)'),
    };
    const rows = figure.rows.toReversed();
    layout.yaxis = {
      ...axisStyle(colour),
      tickmode: 'array',
      tickvals: rows.map((_, i) => i),
      ticktext: rows.map(labelOf),
      range: [-0.6, rows.length - 0.4],
      ticks: '',
      showgrid: false,
      tickfont: { size: 12.5, color: colour('ink') },
    };
    const number = (value) => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
    const traces = rows.map(({ series: index, computeMs, label }, i) => {
      const hex = colour(`s${series[index].colour}`);
      return {
        type: 'box',
        orientation: 'h',
        y0: i,
        y: [i],
        lowerfence: [computeMs[0]],
        q1: [computeMs[1]],
        median: [computeMs[2]],
        q3: [computeMs[3]],
        upperfence: [computeMs[4]],
        width: 0.42,
        line: { color: hex, width: 1.6 },
        fillcolor: translucent(hex, 0.2),
        name: `${plain(series[index].label)}, ${plain(label)}`,
        hoverinfo: 'skip',
        showlegend: false,
      };
    });
    traces.push({
      type: 'scatter',
      mode: 'markers',
      name: 'compute, median',
      showlegend: false,
      x: rows.map(({ computeMs }) => computeMs[2]),
      y: rows.map((_, i) => i),
      marker: { size: 16, opacity: 0 },
      text: rows.map(
        ({ computeMs }) =>
          `compute: median ${number(computeMs[2])} ms<br>5 to 95 %: ${number(computeMs[0])} to ${number(computeMs[4])} ms`,
      ),
      hovertemplate: '%{text}<extra></extra>',
    });
    traces.push({
      type: 'scatter',
      mode: 'markers',
      name: 'microscope, median',
      x: rows.map(({ microscopeMs }) => microscopeMs),
      y: rows.map((_, i) => i),
      marker: { size: 10, symbol: 'diamond-open', color: colour('ink'), line: { width: 1.6 } },
      text: rows.map(({ microscopeMs }) => `microscope: median ${number(microscopeMs)} ms`),
      hovertemplate: '%{text}<extra></extra>',
    });
    return { traces, layout };
  }

  function drawOutcomes(figure, _chosen, colour, width) {
    const isNarrow = width < narrowPx;
    const rows = figure.rows.toReversed();
    const margin = { l: isNarrow ? 130 : 330, r: 26, t: 34, b: 46 };
    const layout = baseLayout(colour, margin, 40 * rows.length + 90, width);
    const shapes = ['', '', '.', '/', 'x'];
    layout.barmode = 'stack';
    layout.showlegend = true;
    layout.legend.traceorder = 'normal';
    layout.xaxis = {
      ...axisStyle(colour),
      range: [0, 100],
      ticksuffix: ' %',
      title: axisTitle(colour, 'trajectories'),
    };
    layout.yaxis = {
      ...axisStyle(colour),
      tickmode: 'array',
      tickvals: rows.map((_, i) => i),
      ticktext: rows.map(
        ({ label, column }) =>
          plain(label) +
          (column === ''
            ? ''
            : `${isNarrow ? '<br>' : '  '}<span style="font-size:11px">${plain(column)}</span>`),
      ),
      ticks: '',
      showgrid: false,
      tickfont: { size: 12.5, color: colour('ink') },
    };
    const traces = figure.outcomes.map((outcome, o) => {
      const fill = colour(`o${o}`);
      return {
        type: 'bar',
        orientation: 'h',
        name: outcome,
        x: rows.map(({ counts, total }) => (100 * counts[o]) / total),
        y: rows.map((_, i) => i),
        width: 0.62,
        text: rows.map(({ counts }) => (counts[o] > 0 ? String(counts[o]) : '')),
        textposition: 'inside',
        insidetextanchor: 'middle',
        textangle: 0,
        textfont: { size: 11.5, color: shapes[o] === '' ? colour('page') : colour('ink') },
        marker: {
          color: shapes[o] === '' ? fill : colour('page'),
          pattern: {
            shape: shapes[o],
            fgcolor: fill,
            bgcolor: colour('page'),
            size: 6,
            solidity: 0.2,
          },
          line: { color: shapes[o] === '' ? colour('page') : fill, width: 1 },
        },
        hovertext: rows.map(
          ({ label, counts, total }) => `${plain(label)}: ${counts[o]} of ${total} ${outcome}`,
        ),
        hovertemplate: '%{hovertext}<extra></extra>',
      };
    });
    return { traces, layout };
  }

  const drawers = {
    panels: drawPanels,
    trajectories: drawTrajectories,
    time: drawTime,
    outcomes: drawOutcomes,
  };
  const config = { displayModeBar: false, doubleClick: 'reset', responsive: false };

  function build(id, width) {
    const figure = figures[id];
    const { traces, layout } = drawers[figure.kind](figure, state[id], theme(), width);
    return { data: traces, layout };
  }

  function draw(id) {
    const canvas = document.getElementById(`figure-${id}`);
    if (canvas === null) return;
    try {
      const { data, layout } = build(id, canvas.clientWidth);
      Plotly.react(canvas, data, layout, config);
    } catch (error) {
      canvas.className = 'undrawable';
      canvas.textContent = `This figure could not be drawn: ${error.message}`;
    }
  }

  const drawable = Object.keys(figures).filter((id) => 'kind' in figures[id]);
  const drawAll = () => drawable.forEach(draw);

  /** One figure per task, so that the page can be read and scrolled from the first moment. */
  function drawInTurn(ids) {
    const [next, ...rest] = ids;
    if (next === undefined) return;
    draw(next);
    setTimeout(() => drawInTurn(rest), 0);
  }

  function save(name, type, text) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  const fileName =
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'report';
  const csvField = (value) =>
    /[",\n\r]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);

  function csv() {
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

  /** The figure as it would be on a wide page, with title and legend inside. */
  async function exportFigure(id, format) {
    const { data, layout } = build(id, 1200);
    const heading = document.getElementById(`figure-${id}`).closest('figure').querySelector('h3');
    const figure = figures[id];
    const chosen =
      figure.columns?.length > widestGrid ? `, ${figure.columns[state[id].column].label}` : '';
    const listed = new Set();
    for (const trace of data) {
      // One entry per algorithm, however many of its lines there are.
      if (listed.has(trace.legendgroup)) trace.showlegend = false;
      if (trace.legendgroup !== undefined && trace.showlegend !== false) {
        listed.add(trace.legendgroup);
      }
    }
    const extra = 76;
    Object.assign(layout, {
      height: layout.height + extra,
      margin: { ...layout.margin, t: layout.margin.t + extra },
      showlegend: true,
      title: {
        text: plain(heading.textContent + chosen),
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
    await Plotly.downloadImage(
      { data, layout },
      {
        format,
        filename: `${fileName}-${figure.name}`,
        width: 1200,
        height: layout.height,
        scale: format === 'png' ? 2 : 1,
      },
    );
  }

  document.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return;
    const { toggle, export: exported, format, download } = target.dataset;
    if (toggle) {
      state[toggle].on = !state[toggle].on;
      target.setAttribute('aria-pressed', String(state[toggle].on));
      draw(toggle);
    } else if (exported) {
      void exportFigure(exported, format);
    } else if (download === 'csv') {
      save(`${fileName}-iterations.csv`, 'text/csv', csv());
    } else if (download === 'json') {
      save(`${fileName}-summary.json`, 'application/json', JSON.stringify(summary, null, 1));
    }
  });
  document.addEventListener('change', ({ target }) => {
    const id = target.dataset?.select;
    if (id) {
      state[id].column = Number(target.value);
      draw(id);
    }
  });

  let lastWidth = window.innerWidth;
  let pending;
  window.addEventListener('resize', () => {
    // A phone's address bar changes the height alone.
    if (window.innerWidth === lastWidth) return;
    lastWidth = window.innerWidth;
    clearTimeout(pending);
    pending = setTimeout(drawAll, 120);
  });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  window.addEventListener('beforeprint', () => {
    document.documentElement.dataset.theme = 'light';
    drawAll();
  });
  window.addEventListener('afterprint', () => {
    delete document.documentElement.dataset.theme;
    drawAll();
  });
  drawInTurn(drawable);
})();
