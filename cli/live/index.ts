export * from './liveOption.ts';
export * from './RunServer.ts';
