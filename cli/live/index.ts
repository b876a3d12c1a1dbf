export { usualIterations } from './explore/algorithmSetting.ts';
export { type ExploreServer, exploreOptions, startExploreServer } from './explore/ExploreServer.ts';
export { exploreSuite } from './explore/protocol.ts';
export {
  type FocusPicture,
  type FocusServer,
  type FocusSpent,
  type FocusStepNote,
  startFocusServer,
} from './focus/FocusServer.ts';
export type { LiveRun } from './LiveRun.ts';
export { liveOption } from './liveOption.ts';
export { livePort } from './livePort.ts';
export type { Onlooker } from './Onlooker.ts';
export { type RunServer, startRunServer } from './RunServer.ts';
