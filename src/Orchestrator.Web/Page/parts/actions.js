// What an operator may ask of a sweep: said in full before it is done.
import * as api from '../api.js';
import { html, useState } from '../html.js';
import { plural } from '../format.js';
import { Change } from './change.js';
import { Dialog } from './dialog.js';
import { Labels } from './labels.js';
import { Fork } from './fork.js';
import { Delete } from './removal.js';

const verbs = {
  pause: {
    label: 'Pause',
    can: sweep => sweep.state === 'running',
    title: sweep => `Pause ${sweep.name}?`,
    says: sweep => `No new trial begins. ${running(sweep)} checkpoint and wait. Resume goes on from there.`,
  },
  resume: {
    label: 'Resume',
    can: sweep => sweep.state === 'paused',
    title: sweep => `Resume ${sweep.name}?`,
    says: () => 'Waiting trials go on from their newest checkpoints, as slots are free.',
  },
  retry: {
    label: 'Retry failed',
    can: sweep => sweep.counts?.failed > 0 && sweep.state !== 'stopping',
    title: sweep => `Retry ${plural(sweep.counts.failed, 'failed trial')}?`,
    says: () => 'They go back to the queue and start from their newest checkpoints, with a new allowance of retries.',
  },
  stop: {
    label: 'Stop',
    can: sweep => ['running', 'paused'].includes(sweep.state),
    danger: true,
    title: sweep => `Stop ${sweep.name}?`,
    says: sweep => `${running(sweep)} checkpoint and end. Pending trials are not run. What is finished stays.`,
  },
};

/** What may be changed of a sweep's share while it runs, as its file has it. */
const shares = [
  { name: 'priority', label: 'Priority', hint: 'A slot goes to the highest that has work for it.', step: 1, min: -1000, max: 1000 },
  { name: 'weight', label: 'Weight', hint: 'Sweeps of one priority share slots in this ratio.', step: 'any', min: 0, max: 1000 },
  { name: 'max_slots', label: 'Most slots', hint: 'Trials that train at once; empty for no bound.', step: 1, min: 1 },
];

/** What bounds a sweep, as its file has it; empty for no bound. */
const bounds = [
  { name: 'gpu_hours', path: 'budget.gpu_hours', label: 'GPU-hours', hint: 'Of all trials and evaluations together.' },
  { name: 'slot_hours', path: 'budget.slot_hours', label: 'Slot-hours', hint: 'Of all trials and evaluations together.' },
  { name: 'cost', path: 'budget.cost', label: 'Cost', hint: 'By the prices of the nodes.' },
  { name: 'until', path: 'budget.until', label: 'Until', hint: 'With its zone, as 2026-12-01T08:00Z.', type: 'text' },
  { name: 'trial_hours', path: 'training.max_hours', label: 'Hours of a trial', hint: 'Over all its attempts.' },
];

const running = sweep => (sweep.counts?.running ? `The ${plural(sweep.counts.running, 'running trial')}` : 'Running trials');

export function SweepActions({ sweep }) {
  const [asked, setAsked] = useState(null);
  return html`<div class="actions">
    ${Object.entries(verbs)
      .filter(([, verb]) => verb.can(sweep))
      .map(
        ([name, verb]) =>
          html`<button key=${name} type="button" class=${verb.danger ? 'danger' : ''} onClick=${() => setAsked(name)}>
            ${verb.label}</button>`,
      )}
    ${!sweep.ended_at && html`<button type="button" onClick=${() => setAsked('set')}>Share</button>`}
    ${sweep.state !== 'stopping' && html`<button type="button" onClick=${() => setAsked('apply')}>Change</button>`}
    <button type="button" onClick=${() => setAsked('labels')}>Label</button>
    ${asked === 'labels' && html`<${Labels} sweep=${sweep} onClose=${() => setAsked(null)} />`}
    ${asked === 'apply' && html`<${Change} sweep=${sweep} onClose=${() => setAsked(null)} />`}
    <button type="button" onClick=${() => setAsked('fork')}>Fork</button>
    ${asked === 'fork' && html`<${Fork} sweep=${sweep.id} onClose=${() => setAsked(null)} />`}
    ${asked === 'set' && html`<${Share} sweep=${sweep} onClose=${() => setAsked(null)} />`}
    ${(!sweep.ended_at || sweep.stopped_because) && html`<button type="button" onClick=${() => setAsked('budget')}>Budget</button>`}
    ${asked === 'budget' && html`<${Budget} sweep=${sweep} onClose=${() => setAsked(null)} />`}
    <button type="button" class="danger" onClick=${() => setAsked('delete')}>Delete</button>
    ${asked === 'delete' && html`<${Delete} sweep=${sweep} onClose=${() => setAsked(null)} />`}
    ${
      verbs[asked] &&
      html`<${Confirm} verb=${asked} ...${verbs[asked]} subject=${sweep} sweep=${sweep.id} onClose=${() => setAsked(null)} />`
    }
  </div>`;
}

export function RetryTrial({ sweep, trial }) {
  const [asked, setAsked] = useState(false);
  return html`<div class="actions"><button type="button" onClick=${() => setAsked(true)}>Retry</button>
    ${
      asked &&
      html`<${Confirm} verb="retry" label="Retry" title=${() => `Retry trial ${trial}?`}
        says=${() => 'It goes back to the queue and starts from its newest checkpoint.'}
        subject=${trial} sweep=${sweep} body=${{ trials: [trial] }} onClose=${() => setAsked(false)} />`
    }
  </div>`;
}

function Share({ sweep, onClose }) {
  const [values, setValues] = useState(sweep.share);
  const body = Object.fromEntries(shares.map(({ name }) => [name, (values[name] ?? '') === '' ? null : Number(values[name])]));
  return html`<${Confirm} verb="set" label="Set" title=${() => `Share of ${sweep.name}`}
    says=${() => 'It holds from the next free slot on.'} subject=${sweep} sweep=${sweep.id} body=${body} onClose=${onClose}>
    ${shares.map(
      ({ name, label, hint, ...limits }) => html`<label key=${name} class="field">${label}
        <input type="number" name=${name} value=${values[name] ?? ''} ...${limits} required=${name !== 'max_slots'}
          onInput=${event => setValues({ ...values, [name]: event.target.value })} />
        <small>${hint}</small></label>`,
    )}
  <//>`;
}

/** Only what was changed is sent: a time that is over already would be refused. */
function Budget({ sweep, onClose }) {
  const [values, setValues] = useState({});
  const body = Object.fromEntries(
    bounds
      .filter(({ name }) => name in values)
      .map(({ name, path, type }) => [path, values[name] === '' ? null : type === 'text' ? values[name] : Number(values[name])]),
  );
  return html`<${Confirm} verb="set" label="Set" title=${() => `Budget of ${sweep.name}`}
    says=${() => 'Empty is no bound. A sweep that its budget stopped goes on where there is more of it.'}
    subject=${sweep} sweep=${sweep.id} body=${body} onClose=${onClose}>
    ${bounds.map(
      ({ name, label, hint, type = 'number' }) => html`<label key=${name} class="field">${label}
        <input type=${type} name=${name} value=${values[name] ?? sweep.budget?.[name] ?? ''} min="0" step="any"
          onInput=${event => setValues({ ...values, [name]: event.target.value })} />
        <small>${hint}</small></label>`,
    )}
  <//>`;
}

function Confirm({ verb, label, title, says, danger, subject, sweep, body, onClose, children }) {
  const [isBusy, setBusy] = useState(false),
    [error, setError] = useState(null);
  const act = async event => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await api.act(sweep, verb, body);
      onClose();
    } catch (problem) {
      setError(problem.message);
      setBusy(false);
    }
  };
  return html`<${Dialog} title=${title(subject)} onClose=${onClose}>
    <form onSubmit=${act}>
      <p>${says(subject)}</p>
      ${children}
      ${error && html`<p class="problem" role="alert">${error}</p>`}
      <div class="buttons">
        <button type="button" data-first onClick=${onClose}>Cancel</button>
        <button type="submit" class=${danger ? 'danger primary' : 'primary'} disabled=${isBusy}>${isBusy ? '…' : label}</button>
      </div>
    </form>
  <//>`;
}
