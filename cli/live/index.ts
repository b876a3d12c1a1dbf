export * from './explore/ExploreServer.ts';
export { exploreSuite } from './explore/protocol.ts';
export * from './liveOption.ts';
export * from './RunServer.ts';
