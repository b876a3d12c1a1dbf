import type { Correction } from './answerLoss.ts';
import type { PairHead } from './PairHead.ts';
import type { PairView, PairViews } from './PairViews.ts';

/** How wrong a network is on pairs that it was not trained on: absolute errors, um, unit, unit. */
export interface Judgement {
  readonly pairs: number;
  /** Of the mean over the patches of a pair, as it is used. */
  readonly mean: Correction;
  /** One standard deviation from pair to pair. */
  readonly sd: Correction;
  /** Mean error of a patch by itself. */
  readonly onePatch: Correction;
}

const quantities = [0, 1, 2] as const;

/** What a head answers to the plain views of pairs, held against their targets. */
export function judgeHead(
  head: PairHead,
  pairs: readonly PairViews[],
  isScored: boolean,
): Judgement {
  const errors = pairs.map(({ plain }) => errorOf(meanAnswer(head, plain, isScored), plain[0]!));
  const onePatch = pairs.flatMap(({ plain }) =>
    answersOf(head, plain).map((answer, i) => errorOf(answer, plain[i]!)),
  );
  const mean = columnMeans(errors);
  const sd = quantities.map((quantity) => {
    const squares = errors.map((error) => (error[quantity] - mean[quantity]) ** 2);
    return Math.sqrt(squares.reduce((a, b) => a + b, 0) / Math.max(1, errors.length - 1));
  });
  return {
    pairs: pairs.length,
    mean,
    sd: [sd[0]!, sd[1]!, sd[2]!],
    onePatch: columnMeans(onePatch),
  };
}

/** Mean absolute errors of the mean answers to plain views. */
export function meanErrors(
  head: PairHead,
  pairs: readonly PairViews[],
  isScored: boolean,
): Correction {
  return columnMeans(
    pairs.map(({ plain }) => errorOf(meanAnswer(head, plain, isScored), plain[0]!)),
  );
}

/** Over views of one pair, weighted by their scores where there are any. */
export function meanAnswer(
  head: PairHead,
  views: readonly PairView[],
  isScored: boolean,
): Correction {
  const answers = answersOf(head, views);
  const scores = answers.map(([, , , score = 0]) => (isScored ? score : 0));
  const largest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (quantity: number) =>
    weights.reduce((sum, weight, i) => sum + weight * answers[i]![quantity]!, 0) / total;
  return [mean(0), mean(1), mean(2)];
}

/** One row of columns per view. */
function answersOf(head: PairHead, views: readonly PairView[]): number[][] {
  const answers = head.answers(views.map(({ features }) => features));
  const columns = answers.length / views.length;
  return views.map((_, i) => [...answers.subarray(i * columns, (i + 1) * columns)]);
}

function errorOf(answer: readonly number[], { target }: PairView): Correction {
  const of = (quantity: 0 | 1 | 2) => Math.abs(answer[quantity]! - target[quantity]);
  return [of(0), of(1), of(2)];
}

function columnMeans(rows: readonly Correction[]): Correction {
  const of = (quantity: 0 | 1 | 2) =>
    rows.reduce((sum, row) => sum + row[quantity], 0) / rows.length;
  return [of(0), of(1), of(2)];
}
