export { usualIterations } from './explore/algorithmSetting.ts';
export * from './explore/ExploreServer.ts';
export { exploreSuite } from './explore/protocol.ts';
export * from './focus/FocusServer.ts';
export type { LiveRun } from './LiveRun.ts';
export * from './liveOption.ts';
export * from './livePort.ts';
export type { Onlooker } from './Onlooker.ts';
export * from './RunServer.ts';
