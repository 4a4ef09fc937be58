// Names and values, side by side.
import { html } from '../html.js';

/** @param facts [name, value, note?][]; those without a value are left out */
export const Facts = ({ facts }) => html`<dl class="facts">
  ${facts
    .filter(([, value]) => value != null && value !== '')
    .map(
      ([name, value, note]) => html`<div key=${name}>
    <dt>${name}</dt><dd>${value}${note && html`<small>${note}</small>`}</dd>
  </div>`,
    )}
</dl>`;
