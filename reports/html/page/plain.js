/** @type {{ readonly [character: string]: string }} */
const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Text made safe between tags and inside quoted attributes.
 *
 * @param {string} text
 */
export const escaped = (text) => text.replace(/[&<>"']/g, (character) => entities[character]);
