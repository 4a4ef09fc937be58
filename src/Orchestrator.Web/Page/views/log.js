// What the journal has of a trial, as it comes.
import * as api from '../api.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';

const again = 1500; // ms between looks while it runs
const mostLines = 4000;

export function Log({ sweep, trial, isRunning }) {
  const [text, setText] = useState(''),
    [error, setError] = useState(null),
    [follows, setFollows] = useState(true),
    box = useRef(),
    at = useRef(0);
  useEffect(() => {
    const abort = new AbortController();
    let timer = 0;
    const look = async () => {
      try {
        const { text: more, next } = await api.log(sweep, trial, at.current, abort.signal);
        at.current = next;
        setError(null);
        if (more) setText(before => tail(before + more));
      } catch (problem) {
        if (problem.name === 'AbortError') return;
        setError(problem.message);
      }
      if (isRunning) timer = setTimeout(look, again);
    };
    look();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [sweep, trial, isRunning]);
  useLayoutEffect(() => {
    if (follows && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text, follows]);
  return html`<section aria-labelledby="trial-log"><div class="heading"><h2 id="trial-log">Log</h2>
      ${
        isRunning &&
        html`<label class="check"><input type="checkbox" checked=${follows}
        onChange=${event => setFollows(event.currentTarget.checked)} /> follow</label>`
      }</div>
    ${error && html`<p class="problem" role="alert">${error}</p>`}
    ${
      text
        ? html`<pre class="log" ref=${box} tabindex="0" role="log" aria-live="off" aria-label="Log of the trial"
            onScroll=${event => isRunning && setFollows(isAtEnd(event.currentTarget))}>${text}</pre>`
        : !error && html`<p class="notice">Nothing is written yet.</p>`
    }</section>`;
}

const isAtEnd = ({ scrollTop, scrollHeight, clientHeight }) => scrollTop + clientHeight > scrollHeight - 24;

function tail(text) {
  const lines = text.split('\n');
  return lines.length > mostLines + 1 ? lines.slice(-mostLines - 1).join('\n') : text;
}
