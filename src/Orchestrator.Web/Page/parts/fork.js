// A new sweep from a trial's checkpoint, or from a whole sweep: its file is shown before it begins.
import * as api from '../api.js';
import { html, useState } from '../html.js';
import { go } from '../router.js';
import { Dialog } from './dialog.js';

/** @param trial Its id; none: the whole sweep anew. */
export function Fork({ sweep, trial, onClose }) {
  const [name, setName] = useState(''),
    [changes, setChanges] = useState(''),
    [file, setFile] = useState(null),
    [isBusy, setBusy] = useState(false),
    [error, setError] = useState(null);
  // What was looked at is what begins: any change of it is looked at anew.
  const change = set => event => {
    set(event.currentTarget.value);
    setFile(null);
  };
  const act = async event => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const answer = await api.fork(sweep, { name, trial, set: read(changes) }, file !== null);
      if (file !== null) {
        onClose();
        go(['sweeps', answer.id]);
        return;
      }
      setFile(answer.file);
    } catch (problem) {
      setError(problem.message);
    }
    setBusy(false);
  };
  return html`<${Dialog} title=${trial ? `Fork trial ${trial} of ${sweep}` : `Fork ${sweep}`} wide onClose=${onClose}>
    <form onSubmit=${act}>
      <p>${
        trial
          ? 'A new sweep whose trials have the settings of this one and go on from its newest checkpoint.'
          : 'A new sweep of the same file; a search knows the trials of this one from the start.'
      }</p>
      <label class="field">Name of the new sweep
        <input data-first name="name" required pattern="[a-z0-9\\-]{1,48}" autocomplete="off" value=${name} onInput=${change(setName)} />
        <small>1 to 48 of a-z, 0-9 and -</small></label>
      <label class="field">What changes
        <textarea rows="4" spellcheck="false" autocomplete="off" value=${changes} onInput=${change(setChanges)}
          placeholder=${'training.epochs=20\ntraining.learning_rate=[1.0e-4, 3.0e-4]'}></textarea>
        <small>A path and a value in each line; a list of values is swept.</small></label>
      ${file !== null && html`<pre class="file" role="status" tabindex="0">${file}</pre>`}
      ${error && html`<pre class="problem" role="alert">${error}</pre>`}
      <div class="buttons">
        <button type="button" onClick=${onClose}>Cancel</button>
        <button type="submit" class="primary" disabled=${isBusy || !name}>
          ${isBusy ? '…' : file === null ? 'See its file' : 'Fork'}</button>
      </div>
    </form>
  <//>`;
}

/** Lines of path=value. */
function read(lines) {
  const set = {};
  for (const line of lines.split('\n').filter(one => one.trim())) {
    const at = line.indexOf('=');
    if (at < 1) throw new Error(`'${line.trim()}': expected path=value, as training.epochs=20`);
    set[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return set;
}

export function ForkTrial({ sweep, trial }) {
  const [asked, setAsked] = useState(false);
  return html`<div class="actions"><button type="button" onClick=${() => setAsked(true)}>Fork</button>
    ${asked && html`<${Fork} sweep=${sweep} trial=${trial} onClose=${() => setAsked(false)} />`}</div>`;
}
