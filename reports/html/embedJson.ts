/**
 * JSON for a `<script type="application/json">` element: no string in it can end the element or
 * open a comment, because `<` never occurs.
 */
export function embedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
