// Hooks for Node's loader, in a thread of their own: JavaScript, because Node loads them as they are.
//
// What `--plugin` loads is an ES module whatever its folder says or does not say of it: a lone mine.js
// has no package.json to call it one. The same holds for the local modules that it imports.

const mark = 'semfocus-plugin';

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, nextResolve) {
  const resolved = await nextResolve(specifier, context);
  const isOfPlugin =
    isMarked(specifier) || (isMarked(context.parentURL) && /^\.{1,2}\//.test(specifier));
  const url = new URL(resolved.url);
  if (!isOfPlugin || url.protocol !== 'file:' || !/\.js$/.test(url.pathname)) return resolved;
  url.searchParams.set(mark, '');
  return { ...resolved, url: url.href, format: 'module' };
}

/** @param {string | undefined} url */
function isMarked(url) {
  return url?.includes(`?${mark}`) === true;
}
