// How far a sweep's trials are.
import { html } from '../html.js';
import { count, plural } from '../format.js';

const states = ['completed', 'running', 'paused', 'pruned', 'failed', 'stopped'];

const percentOf = (part, whole) => `${(100 * part) / whole}%`;

/** Trials that the search has not drawn yet. */
export const stillToCome = (counts, total) => total - Object.values(counts).reduce((sum, number) => sum + number, 0);

/** The states of a sweep's trials that are not completed, in words. @param only those to tell; all where left out */
export const tally = (counts, total, only = states.slice(1)) => [
  ...only.filter(state => counts[state] > 0).map(state => `${count(counts[state])} ${state}`),
  ...(stillToCome(counts, total) > 0 ? [`${count(stillToCome(counts, total))} to come`] : []),
];

export function Progress({ counts = {}, total }) {
  const shown = states.filter(state => counts[state] > 0);
  const said = [...shown, ...(counts.pending ? ['pending'] : [])].map(state => `${count(counts[state])} ${state}`),
    rest = stillToCome(counts, total);
  if (rest > 0) said.push(`${count(rest)} to come`);
  const text = `${plural(total, 'trial')}: ${said.join(', ') || 'none yet'}`;
  return html`<div class="progress" role="img" aria-label=${text} title=${text}>
    ${shown.map(state => html`<span key=${state} class=${`part is-${state}`} style=${{ width: percentOf(counts[state], total) }}></span>`)}
  </div>`;
}
