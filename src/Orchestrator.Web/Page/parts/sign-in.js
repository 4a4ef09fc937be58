// Asks for a token where the server does. It is kept for this tab, and gone with it.
import { token } from '../api.js';
import { html, useState } from '../html.js';
import { signIn } from '../store.js';
import { Dialog } from './dialog.js';

export function SignIn() {
  const [value, setValue] = useState(''),
    wasRefused = token() !== null;
  return html`<${Dialog} title="Who is looking?" onClose=${() => {}}>
    <form onSubmit=${event => {
      event.preventDefault();
      signIn(value.trim());
    }}>
      <p>This coordinator answers only to those with a token. An operator makes one with <code>orchestrator token create</code>.</p>
      ${wasRefused && html`<p class="problem" role="alert">That token is not accepted: it is unknown, revoked, or not complete.</p>`}
      <label class="field">Token <input data-first type="password" autocomplete="current-password" value=${value}
        onInput=${event => setValue(event.currentTarget.value)} /></label>
      <p class="note">Kept in this tab only, until it is closed.</p>
      <div class="buttons"><button type="submit" class="primary" disabled=${!value.trim()}>Sign in</button></div>
    </form>
  <//>`;
}
