/** @typedef {import('../htmlReport.ts').ReportData} ReportData */

/**
 * @template Made
 * @param {() => Made} make
 */
export const once = (make) => {
  /** @type {Made | undefined} */
  let made;
  return () => {
    made ??= make();
    return made;
  };
};

/** @param {string} id */
export const textOf = (id) => document.getElementById(id)?.textContent ?? '';

/** What htmlReport.ts embeds; read when it is first asked for: a page opens as fast as its text and drawings do. */
export const data = once(() => /** @type {ReportData} */ (JSON.parse(textOf('report-data'))));

/**
 * @template Item
 * @param {readonly Item[]} items - At least one.
 */
export const lastOf = (items) => items[items.length - 1];
