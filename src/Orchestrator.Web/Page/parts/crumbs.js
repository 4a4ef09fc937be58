// Where a view lies: the way back to the sweeps.
import { html } from '../html.js';
import { link } from '../router.js';

/** @param id of a sweep; without it, one is at the sweeps themselves */
export const Crumbs = ({ id, children }) => html`<nav class="crumbs" aria-label="Path">
  <a href="#/">Sweeps</a>${id && html` / <a href=${link(['sweeps', id])}>${id}</a>`}${children}
</nav>`;
