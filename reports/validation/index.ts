export { simToRealFigure } from './simToRealFigure.ts';
export { validationFigure } from './validationFigure.ts';
export {
  pairHeading,
  refusals,
  validationFacts,
  validationHead,
  validationRow,
} from './validationRows.ts';
export { validationText } from './validationText.ts';
export { caveats, verdictSentence } from './verdictSentence.ts';
