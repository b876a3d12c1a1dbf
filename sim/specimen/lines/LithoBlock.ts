import { CellRandom } from '../../hash/CellRandom.ts';

/** One square of the layout, filled with one pattern. */
export interface LithoBlock {
  readonly pattern: 'vertical lines' | 'horizontal lines' | 'contacts';
  /** Salt of its roughness. */
  readonly salt: number;
  readonly pitchNm: number;
  /** Width of a trench, or diameter of a contact hole, in nm. */
  readonly openingNm: number;
  /** Every other row of contacts is shifted by half a pitch. */
  readonly isStaggered: boolean;
}

/** Side of a square of the layout. */
export const blockNm = 6000;
/** Bare resist between two patterns, half of it on either side. */
export const streetNm = 300;

/** The block of a layout cell; pitches are whole multiples of 10 nm. */
export function lithoBlock(salt: number, column: number, row: number): LithoBlock {
  const random = new CellRandom().restart(salt, column, row);
  const kind = random.uniform();
  const isContacts = kind >= 0.7;
  const [least, most] = isContacts ? [140, 500] : [60, 400];
  const pitchNm = 10 * Math.round((least * (most / least) ** random.uniform()) / 10);
  return {
    pattern: isContacts ? 'contacts' : kind < 0.35 ? 'vertical lines' : 'horizontal lines',
    salt: random.bits(),
    pitchNm,
    openingNm: pitchNm * (isContacts ? random.between(0.45, 0.6) : random.between(0.45, 0.55)),
    isStaggered: random.uniform() < 0.5,
  };
}
