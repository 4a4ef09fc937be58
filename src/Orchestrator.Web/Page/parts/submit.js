// Submitting a sweep file: pasted, dropped or picked.
import * as api from '../api.js';
import { html, useState } from '../html.js';
import { go } from '../router.js';
import { Dialog } from './dialog.js';

export function Submit({ onClose }) {
  const [text, setText] = useState(''),
    [isBusy, setBusy] = useState(false),
    [error, setError] = useState(null);
  const read = async file => {
    if (file) setText(await file.text());
  };
  const submit = async event => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const { id } = await api.submit(text);
      onClose();
      go(['sweeps', id]);
    } catch (problem) {
      setError(problem.message);
      setBusy(false);
    }
  };
  return html`<${Dialog} title="Submit a sweep" wide onClose=${onClose}>
    <form onSubmit=${submit}>
      <p>The sweep file, in YAML. The same file again changes nothing and leads to the same sweep.</p>
      <label class="field">Sweep file
        <textarea data-first rows="14" spellcheck="false" autocomplete="off" value=${text}
          placeholder=${'name: digits\ndataset: digits\n…'} onInput=${event => setText(event.currentTarget.value)}
          onDragOver=${event => event.preventDefault()} onDrop=${event => {
            event.preventDefault();
            read(event.dataTransfer.files[0]);
          }}></textarea>
      </label>
      <label class="field">or pick it <input type="file" accept=".yaml,.yml" onChange=${event => read(event.currentTarget.files[0])} />
        </label>
      ${error && html`<pre class="problem" role="alert">${error}</pre>`}
      <div class="buttons">
        <button type="button" onClick=${onClose}>Cancel</button>
        <button type="submit" class="primary" disabled=${isBusy || !text.trim()}>${isBusy ? '…' : 'Submit'}</button>
      </div>
    </form>
  <//>`;
}
