import type { Page } from 'playwright-core';
import { patienceMs } from './openBrowser.ts';

/** What a page has asked for and complained about, live. */
export interface PageLog {
  /** Everything but the page itself and what it carries inside. */
  readonly requests: string[];
  /** Messages of the console that are errors or warnings, and exceptions. */
  readonly complaints: string[];
}

/** Notes what a page does, and gives it time; to be called before it is opened. */
export function watchPage(page: Page): PageLog {
  const log: PageLog = { requests: [], complaints: [] };
  page.setDefaultTimeout(patienceMs);
  page.on('request', (request) => {
    const url = request.url();
    const isPage = request.isNavigationRequest() && request.frame() === page.mainFrame();
    if (!isPage && !/^(data|blob):/.test(url)) log.requests.push(url);
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) log.complaints.push(message.text());
  });
  page.on('pageerror', (error) => log.complaints.push(error.message));
  return log;
}
