/** How an operator displays a specimen: `inverted`, more electrons darker, as stained tissue is. */
export type Polarity = 'inverted' | 'normal';

/**
 * Brightness and contrast of the detector, in 8-bit grey values, the same at every dose:
 * `grey = pedestal - greyPerYield * yield` where inverted, `pedestal + greyPerYield * yield` else.
 */
export interface GreyLevels {
  readonly polarity: Polarity;
  /** Grey value at zero signal; may lie outside 0 to 255. */
  readonly pedestalGrey: number;
  /** Swing of the grey value from zero signal to the yield 1, > 0. */
  readonly greyPerYield: number;
}
