import type { Rectangle } from '../../harness/microscope/index.ts';
import type { HalfImages } from './halfImages.ts';

/** A measure of how sharp an image is, as a search compares it from frame to frame. */
export interface SharpnessMetric {
  readonly name: string;
  /** One line: definition and origin. */
  readonly summary: string;
  /**
   * What the measure is divided by. `contrast`: the variance of the image on a scale of 320 nm at
   * 10 nm/px, which hardly depends on focus; neither brightness, contrast nor inversion of the grey
   * scale then change the measure. `brightness`: the square of the mean grey; contrast does not
   * change it, an offset does.
   */
  readonly dividedBy: 'contrast' | 'brightness';
  /**
   * The measure over a part of an image, in grey squared, larger for a sharper image. A product of
   * the two halves, so that noise changes its scatter but not its mean.
   *
   * @param part - Bins, inside the image.
   */
  energy(halves: HalfImages, part: Rectangle): number;
}
