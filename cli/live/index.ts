export { usualIterations } from './explore/algorithmSetting.ts';
export * from './explore/ExploreServer.ts';
export { exploreSuite } from './explore/protocol.ts';
export * from './focus/FocusServer.ts';
export * from './liveOption.ts';
export * from './RunServer.ts';
