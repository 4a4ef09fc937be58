// Which parameters matter, as bars, and what their values come to.
import { bits, count, percent } from '../format.js';
import { html } from '../html.js';
import { shortName } from '../parameters.js';

/** @param measured of importance() */
export const ImportanceBars = ({ measured }) => html`<ol class="importance">
  ${measured.map(
    one => html`<li key=${one.path}><details>
    <summary><span class="name" title=${one.path}>${shortName(one.path)}</span>
      <span class="track" aria-hidden="true"><span class="fill" style=${{ width: `${100 * (one.share ?? 0)}%` }}></span></span>
      <span class="share">${percent(one.share)}</span></summary>
    <table><caption class="hidden">Validation bits per dimension by ${one.path}</caption>
      <thead><tr><th scope="col">${one.path}</th><th scope="col" class="number">trials</th>
        <th scope="col" class="number">mean <small>bits/dim</small></th></tr></thead>
      <tbody>${one.groups.map(
        group => html`<tr key=${group.label}>
        <th scope="row">${group.label}</th><td class="number">${count(group.count)}</td><td class="number">${bits(group.mean)}</td></tr>`,
      )}</tbody>
    </table>
  </details></li>`,
  )}
</ol>`;
