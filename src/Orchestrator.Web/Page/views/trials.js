// The trials of a sweep: any number of them, in any order, as few as one likes.
import { trialColumns } from '../columns.js';
import { matcher, sorted } from '../filter.js';
import { count, plural } from '../format.js';
import { html, useMemo } from '../html.js';
import { Empty } from '../parts/notice.js';
import { VirtualTable } from '../parts/virtual-table.js';
import { amend, go, link } from '../router.js';
import { choose, chooseOnly, chosen } from '../store.js';

const states = ['running', 'pending', 'paused', 'completed', 'pruned', 'failed', 'stopped'];
const none = [];

export function Trials({ open, query }) {
  const filter = query.get('filter') ?? '',
    order = query.get('sort') ?? 'trial',
    only = query.get('state');
  const parameters = open.parameters.join(' ');
  const columns = useMemo(() => trialColumns(open.id, open.parameters), [open.id, parameters]);
  const rows = useMemo(() => {
    const matches = matcher(filter, columns);
    return sorted(
      [...open.trials.values()].filter(row => (!only || row.state === only) && matches(row)),
      order,
      columns,
    );
  }, [open.version, filter, order, only, columns]);
  const picked = chosen(open.id);
  if (open.trials.size === 0) return html`<${Empty} title="No trial yet."><p>The search has not suggested any.</p><//>`;
  return html`
    <div class="table-tools">
      <label class="filter"><span class="hidden">Filter</span>
        <input type="search" placeholder="Filter: gaussian fid<40"
          title="Every word has to be found in a row. COLUMN<VALUE compares; also <=, >, >=, =, !=." value=${filter}
          onInput=${event => amend({ filter: event.currentTarget.value })} /></label>
      <div class="chips" role="group" aria-label="Only trials that are">
        ${states
          .filter(state => open.summary.counts[state] > 0 || state === only)
          .map(
            state => html`<button key=${state} type="button" class="chip" aria-pressed=${state === only}
              onClick=${() => amend({ state: state === only ? '' : state })}>
              ${state} <span class="count">${count(open.summary.counts[state])}</span></button>`,
          )}
      </div>
      <span class="soft shown" role="status">
        ${rows.length === open.trials.size ? plural(rows.length, 'trial') : `${count(rows.length)} of ${plural(open.trials.size, 'trial')}`}
      </span>
    </div>
    <${VirtualTable} label="Trials" columns=${columns} rows=${rows} order=${order} onOrder=${sort => amend({ sort })} chosen=${picked}
      onChoose=${row => choose(open.id, row.id)} onOpen=${row => go(['sweeps', open.id, 'trials', row.id])} />
    ${
      rows.length === 0 &&
      html`<p class="notice">No trial is like that.${' '}
        <button type="button" class="link" onClick=${() => amend({ filter: '', state: '' })}>Show all</button></p>`
    }
    ${
      picked.size > 0 &&
      html`<div class="picked" role="region" aria-label="Chosen trials"><span>${plural(picked.size, 'trial')} chosen</span>
      <a class="button primary" href=${link(['sweeps', open.id, 'compare'], { trials: [...picked].join(',') })}>Compare</a>
        <button type="button" onClick=${() => chooseOnly(open.id, none)}>Clear</button></div>`
    }`;
}
