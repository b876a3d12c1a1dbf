import type {
  Comparison,
  Flip,
  GateReport,
  RunSummary,
  StratumComparison,
} from '../../harness/gate/index.ts';
import { gateSentence } from './gateHeadline.ts';
import { rerunCommand } from './rerunCommand.ts';
import { comparisonSentence, notComparedSentence, ruleSentence } from './rowSentence.ts';

/** Version of the JSON of comparisons and gates. Fields may be added; none is renamed or removed. */
const comparisonSchemaVersion = 1;

/** Everything of a gate, with a sentence per row and the command that runs each flip again. */
export function gateJson(report: GateReport): object {
  const { results, flips, candidate, ...rest } = report;
  return {
    schema: comparisonSchemaVersion,
    kind: 'gate',
    sentence: gateSentence(report),
    ...rest,
    candidate,
    results: results.map(({ comparison, ...result }) => ({
      ...result,
      ...withoutValues(comparison),
      sentence: ruleSentence({ comparison, ...result }),
    })),
    flips: withCommands(flips, candidate),
  };
}

/** Everything of a comparison, with a sentence per row and the command that runs each flip again. */
export function comparisonJson(comparison: Comparison): object {
  const { rows, notCompared, flips, candidate, gate, ...rest } = comparison;
  return {
    schema: comparisonSchemaVersion,
    kind: 'comparison',
    gate: { verdict: gate.verdict, sentence: gateSentence(gate) },
    ...rest,
    candidate,
    rows: rows.map(({ ruled, ...row }) => ({
      ...withoutValues(row),
      ruled: ruled && { index: ruled.index, effect: ruled.effect },
      sentence: comparisonSentence({ ruled, ...row }),
    })),
    notCompared: notCompared.map((row) => ({
      ...withoutValues(row),
      sentence: notComparedSentence(row),
    })),
    flips: withCommands(flips, candidate),
  };
}

/** Single values are in the records. */
function withoutValues<Row extends StratumComparison>({
  candidateValues: _,
  ...row
}: Row): Omit<Row, 'candidateValues'> {
  return row;
}

function withCommands(flips: readonly Flip[], candidate: RunSummary): object[] {
  return flips.map((flip) => ({ ...flip, rerun: rerunCommand(candidate, flip) }));
}
