// The views that nobody sees first. They are fetched once the first one stands, so as to be there when the coordinator is not.
import { html, useEffect, useState } from '../html.js';
import { Failure, Waiting } from '../parts/notice.js';

let views = null;
let coming = null;

export function fetchViews() {
  coming ??= import('./secondary-views.js').then(
    fetched => (views = fetched),
    error => {
      coming = null;
      throw error;
    },
  );
  return coming;
}

/** @param view the name of one of them */
export function LazyView({ view, ...properties }) {
  const [there, setThere] = useState(views),
    [error, setError] = useState(null);
  useEffect(() => {
    if (!there) fetchViews().then(setThere, setError);
  }, []);
  if (error) return html`<${Failure} error=${error} what="This view" />`;
  if (!there) return html`<${Waiting} what="this view" />`;
  const View = there[view];
  return html`<${View} ...${properties} />`;
}
