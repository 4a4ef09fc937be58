// What takes something away for good: what would go is said before it is done.
import * as api from '../api.js';
import { bytes, count, plural, time } from '../format.js';
import { html, useEffect, useState } from '../html.js';
import { go } from '../router.js';
import { Dialog } from './dialog.js';

/** A sweep with all that there is of it. */
export function Delete({ sweep, onClose }) {
  const [plan, setPlan] = useState(null),
    [error, setError] = useState(null);
  useEffect(() => {
    api.remove(sweep.id, true).then(setPlan, problem => setError(problem.message));
  }, []);
  const act = async () => {
    await api.remove(sweep.id);
    onClose();
    go([]);
  };
  return html`<${Form} title=${`Delete ${sweep.name}?`} label="Delete" error=${error ?? plan?.refusal} isReady=${plan && !plan.refusal}
    act=${act} onClose=${onClose}>
    ${
      plan &&
      html`<p role="status">${plural(plan.trials, 'trial')} and ${bytes(plan.checkpoint_bytes)} of checkpoints go for good, with pictures,
        logs, report and journal.</p>`
    }<//>`;
}

/** Checkpoints of finished sweeps: planned first, and what was planned is what is done. */
export function Prune({ onClose }) {
  const [values, setValues] = useState({ older_than: '30d', keep_bytes: '', all: false }),
    [plan, setPlan] = useState(null);
  const set = (name, value) => {
    setValues({ ...values, [name]: value });
    setPlan(null);
  };
  const act = async () => {
    const body = { older_than: values.older_than || null, keep_bytes: values.keep_bytes || null, all: values.all };
    const answer = await api.prune(body, !plan);
    if (plan) onClose();
    else setPlan(answer);
  };
  return html`<${Form} title="Prune checkpoints" label=${plan ? 'Delete' : 'Plan'} isReady=${!plan || plan.sweeps.length > 0} act=${act}
    onClose=${onClose}>
    <p>Of sweeps that are over, but for each one's best trial. Results, pictures and journal stay.</p>
    <label class="field">Ended so long ago
      <input type="text" name="older_than" data-first value=${values.older_than}
        onInput=${event => set('older_than', event.target.value)} />
      <small>As <code>30d</code>; empty for all that are over.</small></label>
    <label class="field">Until no more is left than
      <input type="text" name="keep_bytes" value=${values.keep_bytes} onInput=${event => set('keep_bytes', event.target.value)} />
      <small>As <code>50GB</code>, of the checkpoints of all sweeps; those that ended first go first. Empty for all.</small></label>
    <label class="check"><input type="checkbox" name="all" checked=${values.all} onChange=${event => set('all', event.target.checked)} />
      Also of the best trial</label>
    ${plan && html`<${Plan} plan=${plan} />`}<//>`;
}

const Plan = ({ plan }) =>
  plan.sweeps.length === 0
    ? html`<p role="status">There is nothing to delete; the checkpoints of all sweeps take ${bytes(plan.left_bytes)}.</p>`
    : html`<div role="status"><div class="scroll"><table><thead><tr><th scope="col">sweep</th><th scope="col">ended</th>
          <th scope="col" class="number">trials</th><th scope="col" class="number">goes</th>
          <th scope="col" class="number">stays</th></tr></thead>
        <tbody>${plan.sweeps.map(
          row => html`<tr key=${row.id}><th scope="row">${row.id}</th><td>${time(row.ended_at)}</td>
            <td class="number">${count(row.trials)}</td><td class="number">${bytes(row.freed_bytes)}</td>
            <td class="number">${bytes(row.left_bytes)}</td></tr>`,
        )}</tbody></table></div>
      <p>${bytes(plan.freed_bytes)} of checkpoints go, ${bytes(plan.left_bytes)} of all sweeps stay.</p></div>`;

function Form({ title, label, isReady, error, act, onClose, children }) {
  const [isBusy, setBusy] = useState(false),
    [problem, setProblem] = useState(null);
  const submit = async event => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await act();
    } catch (failure) {
      setProblem(failure.message);
    }
    setBusy(false);
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form onSubmit=${submit}>
      ${children}
      ${(problem ?? error) && html`<p class="problem" role="alert">${problem ?? error}</p>`}
      <div class="buttons">
        <button type="button" onClick=${onClose}>Cancel</button>
        <button type="submit" class=${label === 'Delete' ? 'danger primary' : 'primary'} disabled=${isBusy || !isReady}>
          ${isBusy ? '…' : label}</button>
      </div>
    </form>
  <//>`;
}
