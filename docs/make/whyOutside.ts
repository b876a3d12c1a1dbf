/** The meaning of a rendered row that lies outside, by its property. */
const reasons: Readonly<Record<string, string>> = {
  'variance law, grey of no signal':
    'An operator raises the contrast until the same share of the field is black, and at places with few dark bodies that takes more than at the real one; the grey of no signal rises with it. The real frames are of one place. With its contrast at all places the law agrees, as the table below shows.',
  'variance law, scatter between frames':
    'It follows from a measured level of its own: contrast steps of 2 % per frame are steps of the gain here, and the variance at one grey value follows the square of the gain. Without them (`merlin-real~contrastStep=0`) the frames agree to 2 %. The real frames showed a step of 3 % and one law all the same; one draw of three frames does not decide between the two.',
  'noise, correlation along x':
    'The presets hold the rounded 0.06, and row offsets, which the two neighbours share, add 0.001 (measured: 0.0599 with `rowOffset=0`).',
};

/** A sentence for the reader; it also says if the reason is unknown. */
export function whyOutside(property: string): string {
  return reasons[property] ?? 'The reason is not known yet.';
}
