export { paperFigures } from './paperFigures.ts';
