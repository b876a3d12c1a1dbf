export { convergenceFigure } from './convergenceFigure.ts';
export { paperFigures, paperSvg } from './paperFigures.ts';
