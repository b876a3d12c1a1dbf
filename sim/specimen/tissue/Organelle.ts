type OrganelleKind = 'mitochondrion' | 'denseBody' | 'endosome' | 'nucleus' | 'nucleolus';

/** A capsule-shaped body in unfolded coordinates, relative to its neurite's centre, in nm. */
export interface Organelle {
  readonly kind: OrganelleKind;
  readonly x: number;
  readonly y: number;
  readonly axisX: number;
  readonly axisY: number;
  readonly halfLength: number;
  readonly radius: number;
  readonly stain: number;
  /** Wave number of the cristae along the axis, in rad/nm; 0 for none. */
  readonly cristae: number;
  readonly phase: number;
}
