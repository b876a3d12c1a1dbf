// A card for each trajectory that runs: its latest frame, and the way of its state to the margins.

import { element, residualText, short, signed } from '../../server/page/format.js';
import { drawFrame } from '../../server/page/frameCanvas.js';
import { fetchFrame, latestFrame } from '../../server/page/latestFrame.js';
import { drawPath } from '../../server/page/pathCanvas.js';
import { swatch } from '../../server/page/series.js';

/** @typedef {import('../RunSnapshot.ts').RunSnapshot} RunSnapshot */
/** @typedef {import('../RunSnapshot.ts').LiveTrajectory} LiveTrajectory */
/** @typedef {import('../RunSnapshot.ts').LiveFrame} LiveFrame */
/** @typedef {ReturnType<typeof makeCard>} Card */

const mostCards = 6;

/** Cards keep their places: the next trajectory takes the place of one that has ended. */
export class RunningCards {
  #box;
  /** @type {Card[]} */
  #cards = [];

  /** @param {HTMLElement} box */
  constructor(box) {
    this.#box = box;
  }

  /**
   * @param {RunSnapshot} picture
   * @param {ReadonlyMap<number, LiveTrajectory>} trajectories - All of them, by index into the plan.
   * @returns how many run that have no card.
   */
  show(picture, trajectories) {
    if (picture.progress.state !== 'running') {
      this.#cards = [];
      this.#box.replaceChildren();
      return 0;
    }
    const running = [...trajectories.values()].filter(({ outcome }) => outcome === undefined);
    let left = 0;
    for (const trajectory of running) {
      if (this.#cards.some(({ index }) => index === trajectory.index)) continue;
      const free = this.#cards.findIndex(({ index }) => trajectories.get(index)?.outcome);
      if (free < 0 && this.#cards.length >= mostCards) left += 1;
      else this.#put(free, makeCard(trajectory, picture));
    }
    for (const card of this.#cards) {
      const trajectory = trajectories.get(card.index);
      if (trajectory !== undefined) card.show(trajectory, picture);
    }
    return left;
  }

  /**
   * @param {number} place - Below 0: one more.
   * @param {Card} card
   */
  #put(place, card) {
    if (place < 0) {
      this.#cards.push(card);
      this.#box.append(card.figure);
    } else {
      this.#cards[place].figure.replaceWith(card.figure);
      this.#cards[place] = card;
    }
  }
}

/**
 * @param {LiveTrajectory} trajectory
 * @param {RunSnapshot} picture
 */
function makeCard({ index, algorithm, trajectory, condition }, picture) {
  const name = `${picture.algorithms[algorithm]} ${trajectory + 1}`;
  const canvas = element('canvas', { width: '4', height: '3', role: 'img' });
  canvas.setAttribute('aria-label', `Latest frame of ${name}`);
  const caption = element(
    'span',
    { class: 'caption' },
    picture.isTimed ? 'not shown while times are measured' : 'no frame yet',
  );
  const path = element('canvas', { class: 'path', role: 'img' });
  const where = element('span', { class: 'number' });
  const progress = element('span', { class: 'note number' });
  const figure = element(
    'figure',
    { 'data-index': String(index) },
    element('figcaption', {}, swatch(algorithm), element('strong', {}, name), progress),
    element('div', { class: 'view' }, canvas, caption),
    path,
    element(
      'div',
      { class: 'row spread note' },
      where,
      element('span', {}, picture.conditions[condition]),
    ),
  );
  /** @type {number | undefined} */
  let pixelSizeNm;
  const takeFrame = latestFrame({
    pixelsOf: () => fetchFrame(`frame?index=${index}`),
    draw: (frame) => drawFrame(canvas, frame, pixelSizeNm),
    /** @param {LiveFrame} frame */
    label: ({ number, offset }) => {
      caption.textContent =
        offset === undefined ? `frame ${number}` : `frame ${number}, ${signed(offset[0])} µm`;
    },
  });
  return {
    index,
    figure,
    /**
     * @param {LiveTrajectory} trajectory
     * @param {RunSnapshot} picture
     */
    show(trajectory, { margins }) {
      const { residuals, planned, frames, doseElectronsPerNm2, outcome, frame } = trajectory;
      const iteration = Math.max(0, residuals.length - 1);
      progress.textContent =
        (outcome ?? `iteration ${Math.min(iteration + 1, planned)} of ${planned}`) +
        ` · ${frames} frames, ${short(doseElectronsPerNm2)} e/nm²`;
      where.textContent = residualText(residuals.at(-1));
      const { workingDistanceUm, stigmator } = margins;
      drawPath(path, trajectory, [workingDistanceUm, stigmator, stigmator]);
      path.setAttribute(
        'aria-label',
        `${name} after ${iteration} iterations: off by ${where.textContent}`,
      );
      if (frame === undefined) return;
      pixelSizeNm = frame.pixelSizeNm;
      takeFrame(frame);
    },
  };
}
