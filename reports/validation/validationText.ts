import type { Validation } from '../../harness/validation/index.ts';
import { textTable } from '../words/index.ts';
import {
  pairHeading,
  refusals,
  validationFacts,
  validationHead,
  validationRow,
} from './validationRows.ts';
import { caveats, verdictSentence } from './verdictSentence.ts';

/** A validation for the console. */
export function validationText(validation: Validation): string {
  const { pairs, readings } = validation;
  const facts = validationFacts(validation);
  const widest = Math.max(...facts.map(([label]) => label.length));
  const blocks = pairs.flatMap((pair, index) => {
    const rows = readings.filter((reading) => reading.pair === index).map(validationRow);
    if (rows.length === 0) return [];
    return [
      [pairHeading(pair, validation), ...textTable([[...validationHead], ...rows])].join('\n'),
    ];
  });
  const refused = refusals(validation).map(
    ([algorithm, count, reason]) => `not asked: ${algorithm}, ${count} pairs: ${reason}`,
  );
  const notes = caveats(validation).map((text) => `note: ${text}`);
  return [
    facts.map(([label, text]) => `${label.padEnd(widest)}  ${text}`).join('\n'),
    ...blocks,
    ...(refused.length === 0 ? [] : [refused.join('\n')]),
    [...notes, verdictSentence(validation)].join('\n'),
  ].join('\n\n');
}
