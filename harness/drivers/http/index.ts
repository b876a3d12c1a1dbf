export { capabilitiesOf } from './capabilities.ts';
export { focusOfWire, tiffOfFrame, wireFocus } from './frameTiff.ts';
export { openHttpMicroscope } from './openHttpMicroscope.ts';
export { rounded, shifted } from './units.ts';
export {
  type ImageSettings,
  type WireAnswer,
  type WirePath,
  type WireRequest,
  wireErrorSchema,
  wireRoutes,
} from './wireRoutes.ts';
