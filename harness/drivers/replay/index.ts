export type { PlayedFrame } from './FramePicker.ts';
export { openReplayMicroscope } from './openReplayMicroscope.ts';
