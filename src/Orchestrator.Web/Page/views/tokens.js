// Who submitted sweeps: what these have and took together, and what they may.
import * as api from '../api.js';
import { count, duration, plain } from '../format.js';
import { html, useEffect, useState } from '../html.js';

const lookAgain = 10_000; // ms

export function Tokens() {
  const [tokens, setTokens] = useState([]);
  useEffect(() => {
    const look = () =>
      api.tokens().then(
        answer => setTokens(answer.tokens),
        () => {}, // the list of sweeps says what is wrong
      );
    look();
    const timer = setInterval(look, lookAgain);
    return () => clearInterval(timer);
  }, []);
  return (
    tokens.length > 0 &&
    html`<table class="queue"><caption>By token</caption>
  <thead><tr><th scope="col">token</th><th scope="col" class="number">sweeps</th><th scope="col" class="number">trials that train</th>
    <th scope="col" class="number">in slots</th><th scope="col" class="number">GPU-hours</th></tr></thead>
  <tbody>${tokens.map(
    ({ token, sweeps, slots, used, quota }) => html`<tr key=${token}><th scope="row">${token}</th>
      <td class="number">${count(sweeps)}</td>
      <td class="number">${count(slots)}${of(quota?.slots)}</td>
      <td class="number">${duration(used.slot_seconds)}${of(quota?.slot_hours, ' h')}</td>
      <td class="number">${plain(used.gpu_seconds / 3600)}${of(quota?.gpu_hours)}</td></tr>`,
  )}</tbody></table>`
  );
}

/** A bound, where there is one. */
const of = (bound, unit = '') => (bound == null ? '' : ` of ${bound}${unit}`);
