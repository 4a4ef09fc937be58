// A sweep's file changed: what would be kept, continued, new and dropped is said before it is done.
import * as api from '../api.js';
import { bytes, count, duration, plural } from '../format.js';
import { html, useState } from '../html.js';
import { Dialog } from './dialog.js';

const schedules = { restart: 'falls once more', stretch: 'as if begun so', keep: 'stays where it came to' };

export function Change({ sweep, onClose }) {
  const [text, setText] = useState(sweep.file),
    [schedule, setSchedule] = useState(''),
    [plan, setPlan] = useState(null),
    [isBusy, setBusy] = useState(false),
    [error, setError] = useState(null);
  const isReady = plan?.changes && !plan.needs_schedule;
  // What was planned is what is done: any change of it is planned anew.
  const change = set => event => {
    set(event.currentTarget.value);
    setPlan(null);
  };
  const act = async event => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const answer = await api.apply(sweep.id, text, schedule, isReady);
      if (isReady) return onClose();
      setPlan(answer);
    } catch (problem) {
      setError(problem.message);
    }
    setBusy(false);
  };
  return html`<${Dialog} title=${`Change ${sweep.name}`} wide onClose=${onClose}>
    <form onSubmit=${act}>
      <p>What is still true is kept: only what is new is trained.</p>
      <label class="field">Sweep file
        <textarea data-first rows="14" spellcheck="false" autocomplete="off" value=${text} onInput=${change(setText)}></textarea>
      </label>
      ${
        (plan?.needs_schedule || schedule) &&
        html`<label class="field">Learning rate beyond the old last epoch
          <select name="schedule" value=${schedule} onChange=${change(setSchedule)}>
            <option value="">choose</option>
            ${Object.entries(schedules).map(([name, says]) => html`<option key=${name} value=${name}>${name}: ${says}</option>`)}
          </select></label>`
      }
      ${plan && html`<${Plan} plan=${plan} />`}
      ${error && html`<pre class="problem" role="alert">${error}</pre>`}
      <div class="buttons">
        <button type="button" onClick=${onClose}>Cancel</button>
        <button type="submit" class="primary" disabled=${isBusy || !text.trim()}>${isBusy ? '…' : isReady ? 'Apply' : 'Plan'}</button>
      </div>
    </form>
  <//>`;
}

function Plan({ plan }) {
  if (plan.refusals.length)
    return html`<div class="problem" role="alert"><p>This cannot be done:</p>
      <ul>${plan.refusals.map(why => html`<li key=${why}>${why}</li>`)}</ul></div>`;
  if (!plan.changes) return html`<p role="status">The sweep is what the file says: there is nothing to do.</p>`;
  const parts = [
    [plan.kept.length, 'kept'],
    [plan.continued.length, 'continued'],
    [plan.new + plan.to_draw, 'new'],
    [plan.dropped.length, 'dropped'],
    [plan.restored.length, 'in again'],
    [plan.evaluated_again.length, 'evaluated again'],
  ].filter(([many]) => many);
  return html`<div role="status">
    <p>${parts.map(([many, what]) => `${count(many)} ${what}`).join(', ')}: at most ${plural(plan.epochs, 'epoch')} and
      ${' '}${plural(plan.evaluations, 'evaluation')}${plan.slot_seconds ? `, about ${duration(plan.slot_seconds)} of one slot` : ''}${
        plan.disk_bytes ? `, up to ${bytes(plan.disk_bytes)} of checkpoints` : ''
      }.</p>
    <ul>${plan.differences.map(line => html`<li key=${line}><code>${line}</code></li>`)}</ul>
  </div>`;
}
