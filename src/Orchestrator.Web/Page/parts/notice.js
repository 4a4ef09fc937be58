// What to say where there is nothing to show.
import { html } from '../html.js';

export const Waiting = ({ what }) => html`<p class="notice" role="status">Reading ${what} …</p>`;

export const Empty = ({ title, children }) => html`<div class="notice empty"><p class="title">${title}</p>${children}</div>`;

export const Failure = ({ error, what }) => html`<div class="notice failure" role="alert">
  <p class="title">${what} cannot be shown.</p><p>${error.message}</p>
</div>`;
