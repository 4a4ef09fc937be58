// What happened, event by event, the newest first.
import * as api from '../api.js';
import { html, useEffect, useRef, useState } from '../html.js';
import { count, time } from '../format.js';
import { Empty, Failure, Waiting } from '../parts/notice.js';
import { amend, link } from '../router.js';

const page = 200,
  most = 3000; // events kept in sight while new ones come

export function Journal({ open, query }) {
  const [events, setEvents] = useState(null),
    [error, setError] = useState(null),
    range = useRef(null),
    busy = useRef(false);
  const filter = (query.get('filter') ?? '').toLowerCase();

  async function read(after, limit, join) {
    const { events: more, next } = await api.journal(open.id, after, limit);
    setEvents(before => join(before ?? [], more));
    setError(null);
    return next ?? more.at(-1)?.sequence ?? after;
  }

  const guarded = async work => {
    if (busy.current) return;
    busy.current = true;
    try {
      await work();
    } catch (problem) {
      setError(problem);
    } finally {
      busy.current = false;
    }
  };

  useEffect(() => {
    guarded(async () => {
      if (range.current === null) {
        const known = open.sequence ?? open.summary.sequence ?? null,
          near = known ?? (await findNearEnd(after => api.journal(open.id, after, 1))),
          from = Math.max(0, near - page);
        range.current = { from, to: from };
      }
      for (let before = -1; before !== range.current.to;) {
        before = range.current.to;
        range.current.to = await read(before, page, (old, more) => {
          const all = [...more.toReversed(), ...old];
          if (all.length <= most) return all;
          range.current.from = all[most - 1].sequence - 1;
          return all.slice(0, most);
        });
      }
    });
  }, [open.id, open.sequence, open.version]);

  const earlier = () =>
    guarded(async () => {
      const from = Math.max(0, range.current.from - page);
      await read(from, range.current.from - from, (old, more) => [...old, ...more.toReversed()]);
      range.current.from = from;
    });

  if (error && !events) return html`<${Failure} error=${error} what="The journal" />`;
  if (!events) return html`<${Waiting} what="events" />`;
  const shown = events.filter(event => !filter || `${event.type} ${event.trial ?? ''} ${event.text}`.toLowerCase().includes(filter));
  return html`<div class="table-tools"><label class="filter"><span class="hidden">Filter</span>
    <input type="search" placeholder="Filter: checkpoint, 0003 …" value=${query.get('filter') ?? ''}
      onInput=${event => amend({ filter: event.currentTarget.value })} /></label>
      <span class="soft shown" role="status">
        ${shown.length === events.length ? '' : `${count(shown.length)} of the `}${count(events.length)} newest events</span></div>
    ${error && html`<${Failure} error=${error} what="What came since" />`}
    ${
      events.length === 0
        ? html`<${Empty} title="Nothing has happened yet." />`
        : html`<ol class="journal" aria-label="Events, newest first">${shown.map(
            event => html`<li key=${event.sequence}>
      <time datetime=${event.at}>${time(event.at)}</time><span class="type">${event.type}</span>
      <span class="text">${event.trial && html`<a href=${link(['sweeps', open.id, 'trials', event.trial])}>${event.trial}</a>${' '}`}
        ${event.text}</span></li>`,
          )}</ol>`
    }
    ${range.current?.from > 0 && html`<button type="button" onClick=${earlier}>Show earlier events</button>`}`;
}

/** A sequence number less than a page before the end: the API reads forwards only, so the end is felt for by doubling, then halving. */
async function findNearEnd(read) {
  const isBeyond = async after => (await read(after)).events.length === 0;
  let low = 0,
    step = page;
  while (!(await isBeyond(low + step))) {
    low += step;
    step *= 2;
  }
  for (let high = low + step; high - low > page;) {
    const middle = Math.floor((low + high) / 2);
    if (await isBeyond(middle)) high = middle;
    else low = middle;
  }
  return low;
}
