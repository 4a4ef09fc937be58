// How far a sweep's trials are.
import { html } from '../html.js';
import { count, plural } from '../format.js';

const states = ['completed', 'running', 'failed', 'stopped'];

export function Progress({ counts = {}, total }) {
  const shown = states.filter(state => counts[state] > 0);
  const text = `${plural(total, 'trial')}: ${[...shown, ...(counts.pending ? ['pending'] : [])].map(state => `${count(counts[state])} ${state}`).join(', ') || 'none yet'}`;
  return html`<div class="progress" role="img" aria-label=${text} title=${text}>
    ${shown.map(state => html`<span key=${state} class=${`part is-${state}`} style=${{ width: `${100 * counts[state] / total}%` }}></span>`)}
  </div>`;
}
