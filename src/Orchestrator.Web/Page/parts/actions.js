// What an operator may ask of a sweep: said in full before it is done.
import * as api from '../api.js';
import { html, useState } from '../html.js';
import { plural } from '../format.js';
import { Dialog } from './dialog.js';

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
    ${asked && html`<${Confirm} verb=${asked} ...${verbs[asked]} subject=${sweep} sweep=${sweep.id} onClose=${() => setAsked(null)} />`}
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

function Confirm({ verb, label, title, says, danger, subject, sweep, body, onClose }) {
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
      ${error && html`<p class="problem" role="alert">${error}</p>`}
      <div class="buttons">
        <button type="button" data-first onClick=${onClose}>Cancel</button>
        <button type="submit" class=${danger ? 'danger primary' : 'primary'} disabled=${isBusy}>${isBusy ? '…' : label}</button>
      </div>
    </form>
  <//>`;
}
