// What a node found out about its machine when it started: a line that opens.
import { html } from '../html.js';
import { plural } from '../format.js';

const marks = { ok: '✓', warning: '!', problem: '✕' };
const states = { ok: 'completed', warning: 'paused', problem: 'failed' };

const Mark = ({ verdict }) =>
  html`<span class=${`badge is-${states[verdict]}`}><span class="mark" aria-hidden="true">${marks[verdict]}</span>${verdict}</span>`;

export function Findings({ findings }) {
  if (!findings?.length) return null;
  const number = verdict => findings.filter(finding => finding.verdict === verdict).length;
  const worst = ['problem', 'warning', 'ok'].find(verdict => number(verdict) > 0);
  const told = [number('problem') && plural(number('problem'), 'problem'), number('warning') && plural(number('warning'), 'warning')];
  return html`<details class="findings" open=${worst === 'problem'}>
    <summary><${Mark} verdict=${worst} /> machine${worst !== 'ok' && html`: ${told.filter(Boolean).join(', ')}`}</summary>
    <ul>${findings.map(
      ({ check, verdict, found, remedy }, line) => html`<li key=${line}><${Mark} verdict=${verdict} />
      <div><b>${check}</b> ${found}${remedy && html`<div class="soft">→ ${remedy}</div>`}</div></li>`,
    )}</ul></details>`;
}
