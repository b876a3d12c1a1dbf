import { type LivePageName, livePageFile } from '../../reports/index.ts';
import type { Handler } from './LoopbackServer.ts';
import { send } from './send.ts';

/** Answers `/` with a page and the names of its parts with those; 404 for anything else. */
export function pageRoutes(page: LivePageName): Handler {
  return ({ path, response }) => {
    const file = livePageFile(path === '/' ? `${page}.html` : path.slice(1));
    if (file === undefined) send(response, 404, 'text/plain; charset=utf-8', 'not here\n');
    else send(response, 200, file.type, file.body);
  };
}
