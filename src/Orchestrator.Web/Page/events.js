// Server-sent events over fetch: unlike EventSource it shows the status, keeps the token out of addresses, and its silence can be noticed.
import { call } from './api.js';

const silence = 40_000; // ms; the server says something every 15 s
const waits = [1, 2, 4, 8, 15]; // s
const steady = 5000; // ms; a stream that lasted this long is taken up again at once: servers end long ones now and then

/**
 * Cuts a stream's text into events; keeps what is not yet complete.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class EventParser {
  rest = '';
  id = null;

  /** @returns the events that the text completes */
  push(text) {
    this.rest += text;
    const blocks = this.rest.split(/\r\n\r\n|\n\n|\r\r/);
    this.rest = blocks.pop();
    return blocks.map(block => this.#event(block)).filter(event => event.data !== '');
  }

  #event(block) {
    const event = { type: 'message', data: '' },
      data = [];
    for (const line of block.split(/\r\n|\n|\r/)) {
      const [, field, value] = /^([^:]*):? ?([^]*)$/.exec(line);
      if (field === 'event') event.type = value;
      else if (field === 'data') data.push(value);
      else if (field === 'id') this.id = value;
    }
    return { ...event, data: data.join('\n'), id: this.id };
  }
}

/**
 * Follows /api/events until told to stop, whatever happens to the connection.
 * @param onPhase told 'connecting', 'live' and whether nothing was missed, 'lost' with the time of the next attempt,
 *   or 'refused': waits for a token, and now()
 * @returns {{ stop(): void, now(): void, sleep(): void }} now: do not wait for the next attempt; sleep: let go until now()
 */
export function follow({ onEvent, onPhase }) {
  let stopped = false,
    asleep = false,
    attempt = 0,
    last = null,
    since = Infinity,
    abort = null,
    wake = () => {};

  async function once() {
    abort = new AbortController();
    since = Infinity;
    const resumes = last !== null;
    let watchdog = setTimeout(() => abort.abort(), silence);
    try {
      const response = await call('api/events', {
        signal: abort.signal,
        headers: { Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) },
      });
      onPhase('live', resumes);
      since = performance.now();
      attempt = 0;
      const parser = new EventParser(),
        reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => abort.abort(), silence);
        for (const event of parser.push(value)) {
          last = event.id ?? last;
          onEvent(event.type, JSON.parse(event.data));
        }
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  (async () => {
    while (!stopped) {
      let refused = false;
      try {
        await once();
      } catch (error) {
        refused = error.status === 401;
        // An id of another life of the server: begin anew, everything is read again anyhow.
        if (error.status >= 400 && error.status < 500) last = null;
      }
      if (stopped) return;
      if (asleep) {
        await new Promise(resolve => {
          wake = resolve;
        });
        continue;
      }
      if (!refused && performance.now() - since > steady) continue;
      const wait = 1000 * waits[Math.min(attempt++, waits.length - 1)];
      onPhase(refused ? 'refused' : 'lost', Date.now() + wait);
      await new Promise(resolve => {
        const timer = refused ? 0 : setTimeout(resolve, wait);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      onPhase('connecting');
    }
  })();

  return {
    stop() {
      stopped = true;
      abort?.abort();
      wake();
    },
    now() {
      asleep = false;
      wake();
    },
    sleep() {
      asleep = true;
      abort?.abort();
    },
  };
}
