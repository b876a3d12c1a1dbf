export { servePlugin } from './servePlugin.ts';
