import type { Colour } from './Chart.ts';

/** What a drawing looks like; lengths in px of the SVG. */
export interface Theme {
  readonly colour: (name: Colour) => string;
  readonly fontFamily: string;
  readonly fontSize: number;
  readonly lineWidth: number;
  /** Radius of a marker. */
  readonly markerSize: number;
  readonly panelHeight: number;
  /** Panels that would be narrower than this stand one below the other. */
  readonly leastPanelWidth: number;
}

/** Colours as a page's style sheet defines them, so that a drawing follows light and dark. */
export const screenTheme: Theme = {
  colour: (name) => `var(--${name})`,
  fontFamily: 'inherit',
  fontSize: 12,
  lineWidth: 1.8,
  markerSize: 3.4,
  panelHeight: 230,
  leastPanelWidth: 250,
};

/**
 * Colours of the light theme, told apart with any colour vision (after Okabe and Ito, darkened
 * where they would vanish on white). The style sheet of the HTML report repeats them.
 */
const lightColours: Readonly<Record<string, string>> = {
  ink: '#16191d',
  muted: '#5b6570',
  line: '#d9dee3',
  grid: '#e9ecef',
  page: '#ffffff',
  margin: '#6f7780',
  heat: '#0b5c8f',
  bad: '#b3261e',
  s0: '#0072b2',
  s1: '#d55e00',
  s2: '#009e73',
  s3: '#b5548b',
  s4: '#a87400',
  s5: '#3b93c9',
  s6: '#6d6d6d',
  o0: '#2f3a44',
  o1: '#8b959e',
  o2: '#c3cad0',
  o3: '#8b959e',
  o4: '#2f3a44',
};

/** For files that stand alone: fixed colours, sizes of a journal's column. */
export const paperTheme: Theme = {
  colour: (name) => lightColours[name] ?? '#000000',
  fontFamily: 'Helvetica, Arial, sans-serif',
  fontSize: 9,
  lineWidth: 1.2,
  markerSize: 2.4,
  panelHeight: 150,
  leastPanelWidth: 120,
};
