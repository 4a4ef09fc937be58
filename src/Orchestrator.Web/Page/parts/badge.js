// A state as a mark and a word: never by colour alone.
import { html } from '../html.js';
import { words } from '../format.js';

const marks = {
  running: '●',
  training: '●',
  evaluating: '●',
  paused: '‖',
  stopping: '◐',
  completed: '✓',
  failed: '✕',
  stopped: '■',
  pruned: '⊘',
  pending: '○',
  idle: '○',
  none: '·',
};

export const Badge = ({ state }) =>
  html`<span class=${`badge is-${state}`}><span class="mark" aria-hidden="true">${marks[state] ?? '·'}</span>${words(state)}</span>`;
