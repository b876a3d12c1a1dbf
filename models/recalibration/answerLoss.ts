import type { AnswerLoss } from './PairHead.ts';

/** Of the score networks' loss, the part on each patch's own answer; the article's. */
const individualShare = 0.25;

/** um, unit, unit. */
export type Correction = readonly [number, number, number];

/**
 * Mean absolute error of corrections, each of the three divided by the range that it was drawn from, so that
 * they count alike.
 *
 * @param targets - One per pair of patches.
 * @param ranges - Half the range of each: um, unit, unit.
 */
export function correctionLoss(targets: readonly Correction[], ranges: Correction): AnswerLoss {
  return (answers) => {
    const columns = answers.length / targets.length;
    const slopes = new Float32Array(answers.length);
    let loss = 0;
    targets.forEach((target, row) => {
      target.forEach((value, quantity) => {
        const at = row * columns + quantity;
        const weight = 1 / (ranges[quantity]! * 3 * targets.length);
        const error = answers[at]! - value;
        loss += weight * Math.abs(error);
        slopes[at] = weight * Math.sign(error);
      });
    });
    return { loss, slopes };
  };
}

/**
 * That of patches with scores, which follow each other in groups of one state: of their mean, weighted by the
 * softmax of the scores, and of each by itself.
 *
 * @param targets - One per patch; alike within a group.
 * @param group - Patches in a group.
 */
export function scoredLoss(
  targets: readonly Correction[],
  ranges: Correction,
  group: number,
): AnswerLoss {
  const individual = correctionLoss(targets, ranges);
  return (answers) => {
    const columns = answers.length / targets.length;
    const each = individual(answers);
    const slopes = each.slopes.map((slope) => individualShare * slope);
    let together = 0;
    for (let first = 0; first < targets.length; first += group) {
      const rows = Array.from({ length: group }, (_, i) => (first + i) * columns);
      const largest = Math.max(...rows.map((at) => answers[at + 3]!));
      const exponentials = rows.map((at) => Math.exp(answers[at + 3]! - largest));
      const total = exponentials.reduce((sum, value) => sum + value, 0);
      targets[first]!.forEach((value, quantity) => {
        const shares = exponentials.map((one) => one / total);
        const mean = rows.reduce((sum, at, i) => sum + shares[i]! * answers[at + quantity]!, 0);
        const weight = group / (ranges[quantity]! * 3 * targets.length);
        together += weight * Math.abs(mean - value);
        const slope = (1 - individualShare) * weight * Math.sign(mean - value);
        rows.forEach((at, i) => {
          slopes[at + quantity]! += slope * shares[i]!;
          slopes[at + 3]! += slope * shares[i]! * (answers[at + quantity]! - mean);
        });
      });
    }
    return { loss: (1 - individualShare) * together + individualShare * each.loss, slopes };
  };
}
