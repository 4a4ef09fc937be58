// How far a sweep's trials are.
import { html } from '../html.js';
import { count, plural } from '../format.js';

const states = ['completed', 'running', 'failed', 'stopped'];

const percentOf = (part, whole) => `${(100 * part) / whole}%`;

export function Progress({ counts = {}, total }) {
  const shown = states.filter(state => counts[state] > 0);
  const said = [...shown, ...(counts.pending ? ['pending'] : [])].map(state => `${count(counts[state])} ${state}`);
  const text = `${plural(total, 'trial')}: ${said.join(', ') || 'none yet'}`;
  return html`<div class="progress" role="img" aria-label=${text} title=${text}>
    ${shown.map(state => html`<span key=${state} class=${`part is-${state}`} style=${{ width: percentOf(counts[state], total) }}></span>`)}
  </div>`;
}
