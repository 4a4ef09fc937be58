// Whether what one sees is current.
import { html, useEffect, useState } from '../html.js';
import { tryNow } from '../store.js';

const says = { connecting: 'connecting …', live: 'live', refused: 'not signed in' };

export function Connection({ phase, retryAt }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (phase !== 'lost') return;
    setNow(Date.now());
    const clock = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(clock);
  }, [phase, retryAt]);
  const seconds = Math.max(0, Math.ceil((retryAt - now) / 1000));
  return html`<div class=${`connection is-${phase}`}>
    <span role="status">${phase === 'lost' ? 'Connection lost, trying again.' : says[phase]}</span>
    ${
      phase === 'lost' &&
      html`<span class="when" aria-hidden="true">${seconds > 0 ? `in ${seconds} s` : '…'}</span>
        <button type="button" class="link" onClick=${tryNow}>Try now</button>`
    }
  </div>`;
}
