// What people say of a sweep, and of its trials: tags to find it by, and notes.
import * as api from '../api.js';
import { html, useState } from '../html.js';
import { Dialog } from './dialog.js';

export const Tags = ({ tags }) =>
  tags?.length > 0 && html`<ul class="tags" aria-label="Tags">${tags.map(tag => html`<li key=${tag}>${tag}</li>`)}</ul>`;

const listed = text => text.split(/[\s,]+/).filter(Boolean);

/** The tags and the note of a sweep. */
export function Labels({ sweep, onClose }) {
  const before = sweep.tags ?? [],
    [tags, setTags] = useState(before.join(' ')),
    [note, setNote] = useState(sweep.note ?? '');
  const act = async () => {
    const now = listed(tags),
      add = now.filter(tag => !before.includes(tag)),
      remove = before.filter(tag => !now.includes(tag));
    if (add.length + remove.length) await api.act(sweep.id, 'tag', { add, remove });
    if (note !== (sweep.note ?? '')) await api.act(sweep.id, 'note', { text: note });
  };
  return html`<${Form} title=${`Tags and note of ${sweep.name}`} act=${act} onClose=${onClose}>
    <label class="field">Tags
      <input type="text" name="tags" data-first value=${tags} autocomplete="off" onInput=${event => setTags(event.target.value)} />
      <small>Apart by spaces, as <code>paper baseline-v2</code>.</small></label>
    <${Note} text=${note} onText=${setNote} />
  <//>`;
}

export function TrialNote({ sweep, trial, note }) {
  const [isOpen, setOpen] = useState(false),
    [text, setText] = useState(note ?? '');
  const open = () => {
    setText(note ?? '');
    setOpen(true);
  };
  return html`<div class="actions"><button type="button" onClick=${open}>Note</button>
    ${
      isOpen &&
      html`<${Form} title=${`Note on trial ${trial}`} onClose=${() => setOpen(false)}
        act=${() => api.act(sweep, 'note', { trial, text })}><${Note} text=${text} onText=${setText} /><//>`
    }</div>`;
}

const Note = ({ text, onText }) => html`<label class="field">Note
  <textarea name="note" rows="4" maxlength="2000" value=${text} onInput=${event => onText(event.target.value)}></textarea>
  <small>Empty takes it away.</small></label>`;

function Form({ title, act, onClose, children }) {
  const [isBusy, setBusy] = useState(false),
    [error, setError] = useState(null);
  const submit = async event => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await act();
      onClose();
    } catch (problem) {
      setError(problem.message);
      setBusy(false);
    }
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form onSubmit=${submit}>
      ${children}
      ${error && html`<p class="problem" role="alert">${error}</p>`}
      <div class="buttons">
        <button type="button" onClick=${onClose}>Cancel</button>
        <button type="submit" class="primary" disabled=${isBusy}>${isBusy ? '…' : 'Save'}</button>
      </div>
    </form>
  <//>`;
}
