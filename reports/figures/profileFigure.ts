import { groupedBy } from '../../harness/statistics/index.ts';
import type { Chart, Mark } from '../chart/index.ts';
import type { TargetCostName, TargetView } from '../summary/index.ts';
import { conditionNames } from '../words/index.ts';
import { contestantOf } from './contestantOf.ts';
import type { FigureView, MaybeFigure } from './Figure.ts';
import { conditionsOf, type FigureGroup, type FigureInput, legendOf } from './FigureInput.ts';
import { percentAxis, plainTicks } from './parts/axes.ts';
import { lookOf, marksFor } from './parts/marks.ts';

const costs = [
  { cost: 'doseElectronsPerNm2', label: 'dose' },
  { cost: 'frames', label: 'frames' },
  { cost: 'microscopeS', label: 'microscope time' },
] as const satisfies readonly { cost: TargetCostName; label: string }[];
const settingsShown = 4;

/** How often each algorithm is within a factor of the cheapest. */
export function profileFigure(input: FigureInput): MaybeFigure {
  const id = 'profile';
  const settings = settingsOf(input).filter(
    ({ rivals }) => new Set(rivals.map(({ group }) => group.look)).size > 1,
  );
  if (settings.length === 0) {
    return {
      id,
      title: 'How far from the cheapest',
      undrawable: 'No two algorithms met the same places.',
    };
  }
  const shown = settings.slice(0, settingsShown);
  const title = titleOf(input, settings);
  const view = ({ cost, label }: (typeof costs)[number]): FigureView => ({
    label,
    chart: chartOf(input, shown, { cost, label, title }),
  });
  const [dose, frames, time] = costs;
  const places = [...new Set(shown.map(({ view: { places: n } }) => n))].join(' or ');
  const left = settings.length - shown.length;
  return {
    id,
    title,
    caption: (
      `At 1: the share of places (n = ${places}) where an algorithm reached the margins most cheaply, ties counting for all; at the right end: where it arrived at all. ` +
      (hasSeveralDwells(input)
        ? 'Each algorithm at its own best dwell time, written at its curve. '
        : '') +
      (left > 0 ? `${left} further settings are not drawn.` : '')
    ).trim(),
    views: [view(dose), view(frames), view(time)],
  };
}

interface Rival {
  readonly group: FigureGroup;
  readonly profiles: Readonly<Record<TargetCostName, readonly number[]>>;
}

interface Setting {
  readonly label: string;
  readonly view: TargetView;
  readonly rivals: readonly Rival[];
}

function settingsOf(input: FigureInput): readonly Setting[] {
  const rivals = input.main.flatMap((group) => {
    const own = contestantOf(group, input.summary);
    return own && own.view.places > 0
      ? [{ group, view: own.view, profiles: own.contestant.profiles }]
      : [];
  });
  const found = groupedBy(rivals, ({ view }) => view);
  const names = conditionNames([...found.keys()].map(({ condition }) => condition));
  return [...found].map(([view, members]) => ({
    label: found.size === 1 ? '' : names.nameOf(view.condition),
    view,
    rivals: members,
  }));
}

/** Of each algorithm the dwell time whose curve runs highest. */
function best(rivals: readonly Rival[], cost: TargetCostName): readonly Rival[] {
  const area = ({ profiles }: Rival) => profiles[cost].reduce((sum, share) => sum + share, 0);
  const byLook = new Map<string, Rival>();
  for (const rival of rivals) {
    const { label } = rival.group.look;
    const other = byLook.get(label);
    if (other === undefined || area(rival) > area(other)) byLook.set(label, rival);
  }
  return [...byLook.values()];
}

function chartOf(
  input: FigureInput,
  settings: readonly Setting[],
  { cost, label, title }: { cost: TargetCostName; label: string; title: string },
): Chart {
  const shown = settings.map((setting) => ({
    ...setting,
    all: setting.rivals,
    rivals: best(setting.rivals, cost),
  }));
  return {
    name: `profile-${label.replace(' ', '-')}`,
    title,
    legend: legendOf(
      input.series,
      shown.map(({ rivals }) => ({ groups: rivals.map(({ group }) => group) })),
    ),
    columns: Math.min(4, shown.length),
    sharesY: true,
    panels: shown.map(({ label: heading, view: { factors }, rivals, all }) => ({
      heading,
      conditions: conditionsOf(all.map(({ group }) => group)),
      x: {
        title: `times the least ${label}`,
        scale: 'log',
        range: [0.94, (factors.at(-1) ?? 64) * 1.06],
        ticks: plainTicks([1, 2, 4, 8, 16, 32, 64]),
      },
      y: percentAxis('places (%)'),
      marks: rivals.flatMap(({ group: { look, summary }, profiles }, i) => {
        const { colour, dash, symbol } = lookOf(look);
        const y = profiles[cost].map((share) => 100 * share);
        const curve: Mark[] = [
          { kind: 'line', x: factors, y, colour, dash, isStepped: true },
          { kind: 'points', x: factors, y, colour, symbol, size: 0.8 },
        ];
        if (!hasSeveralDwells(input)) return marksFor(look, curve);
        const text = `${summary.condition.dwellTimeNs} ns`;
        // Below its end, and below the names of those that end there as well.
        const end = (rival: Rival) => rival.profiles[cost].at(-1);
        const above = rivals.slice(0, i).filter((other) => end(other) === profiles[cost].at(-1));
        const at = { x: factors.at(-1) ?? 1, y: (y.at(-1) ?? 0) - 6 * (1 + above.length) };
        return marksFor(look, [...curve, { kind: 'text', ...at, text, anchor: 'end', colour }]);
      }),
    })),
  };
}

function hasSeveralDwells({ main }: FigureInput): boolean {
  return new Set(main.map(({ summary }) => summary.condition.dwellTimeNs)).size > 1;
}

/** Who needs least dose most often, over all settings. */
function titleOf({ series }: FigureInput, settings: readonly Setting[]): string {
  const wins = series.map(({ label }) => {
    let [won, of] = [0, 0];
    for (const { view, rivals } of settings) {
      of += view.places;
      const own = best(rivals, 'doseElectronsPerNm2').find(
        ({ group }) => group.look.label === label,
      );
      won += Math.round((own?.profiles.doseElectronsPerNm2[0] ?? 0) * view.places);
    }
    return { label, won, of };
  });
  const first = wins.reduce((a, b) => (b.won > a.won ? b : a));
  if (first.won === 0) return 'No algorithm reached the margins at any place';
  const alike = wins.filter(({ won }) => won === first.won).map(({ label }) => label);
  const who = alike.length > 1 ? `${alike.join(', ')} alike` : first.label;
  return `${who} reached the margins with the least dose at ${first.won} of ${first.of} places`;
}
