// The sweep file, to the letter.
import { html, useState } from '../html.js';

export function SweepFile({ open }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(open.file);
    setCopied(true);
  };
  return html`<div class="table-tools"><span class="soft">As it was submitted.</span>
    ${navigator.clipboard && html`<button type="button" onClick=${copy}>${isCopied ? '✓ copied' : 'Copy'}</button>`}</div>
    <pre class="file" tabindex="0" role="region" aria-label="Sweep file"><code>${open.file}</code></pre>`;
}
