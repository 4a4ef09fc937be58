// A picture of an evaluation. Where a token is needed the browser cannot fetch it by itself: it becomes a blob.
import { call, token } from '../api.js';
import { html, useEffect, useState } from '../html.js';

export function Picture({ address, alt }) {
  const [source, setSource] = useState(token() ? null : address),
    [error, setError] = useState(null);
  useEffect(() => {
    setError(null);
    if (!token()) return setSource(address);
    let url = null,
      over = false;
    call(address)
      .then(response => response.blob())
      .then(
        blob => {
          if (over) return;
          url = URL.createObjectURL(blob);
          setSource(url);
        },
        problem => over || setError(problem.message),
      );
    return () => {
      over = true;
      if (url) URL.revokeObjectURL(url);
    };
  }, [address]);
  if (error) return html`<p class="missing">No picture: ${error}</p>`;
  return source
    ? html`<img src=${source} alt=${alt} loading="lazy" onError=${() => setError('it is not there, or cannot be read.')} />`
    : html`<p class="missing">…</p>`;
}
