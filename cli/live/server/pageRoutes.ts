import type { Handler } from './LoopbackServer.ts';
import { type LivePageName, livePageFile } from './livePageFile.ts';
import { send } from './send.ts';

/**
 * Answers `/` with a page and the names of its parts with those; 404 for anything else.
 *
 * @param algorithms - Of the page, in the order in which it counts them.
 */
export function pageRoutes(page: LivePageName, algorithms: readonly string[]): Handler {
  return ({ path, response }) => {
    const file = livePageFile(path === '/' ? `${page}.html` : path.slice(1), algorithms);
    if (file === undefined) send(response, 404, 'text/plain; charset=utf-8', 'not here\n');
    else send(response, 200, file.type, file.body);
  };
}
