// Samples and interpolations of every evaluated trial, as they come.
import * as api from '../api.js';
import { useDetails } from '../details.js';
import { bits, distance, plural } from '../format.js';
import { html, useMemo, useState } from '../html.js';
import { nameOf } from '../parameters.js';
import { Empty } from '../parts/notice.js';
import { Picture } from '../parts/picture.js';
import { byRank } from '../ranking.js';
import { amend, link } from '../router.js';

const page = 24;
/** Of what the API says of a trial, or of nothing yet. */
export const picturesOf = detail => (detail?.artifacts ?? []).filter(artifact => artifact.content_type?.startsWith('image/'));
export const titleOf = name =>
  name
    .replace(/\.\w+$/, '')
    .replace('-', ': ')
    .replaceAll('-', ' ');

export function Pictures({ open, query }) {
  const [shown, setShown] = useState(page),
    wanted = query.get('show') ?? 'samples.png',
    order = query.get('order');
  const rows = useMemo(() => {
    const all = [...open.trials.values()],
      rank = byRank(all);
    return all
      .filter(row => row.evaluation === 'completed')
      .sort((a, b) => (order && (a[order] ?? Infinity) - (b[order] ?? Infinity)) || rank(a, b));
  }, [open.version, order]);
  const details = useDetails(open.id, rows.slice(0, shown), row => row.evaluation);
  const names = [
    ...new Set(['samples.png', wanted, ...[...details.values()].flatMap(({ detail }) => picturesOf(detail).map(one => one.name))]),
  ].sort((a, b) => (b === 'samples.png') - (a === 'samples.png') || (a < b ? -1 : 1));
  if (rows.length === 0)
    return html`<${Empty} title="No pictures yet.">
      <p>They come with the first evaluated trial${open.summary.evaluations?.running ? '; one is being evaluated now' : ''}.</p><//>`;
  return html`<div class="table-tools">
      <label>Show <select value=${wanted} onChange=${event => amend({ show: event.currentTarget.value })}>
        ${names.map(name => html`<option key=${name} value=${name}>${titleOf(name)}</option>`)}</select></label>
      <label>order <select value=${order ?? ''} onChange=${event => amend({ order: event.currentTarget.value })}>
        <option value="">best first, by validation</option><option value="fid">lowest FID first</option>
        <option value="test_bits_per_dim">lowest test bits/dim first</option></select></label>
      <span class="soft shown" role="status">${plural(rows.length, 'evaluated trial')}</span></div>
    <ul class="pictures">${rows.slice(0, shown).map(
      row => html`<li key=${row.id}><figure>
      <${Sheet} sweep=${open.id} row=${row} name=${wanted} ...${details.get(row.id)} />
      <figcaption><a href=${link(['sweeps', open.id, 'trials', row.id])}>${nameOf(row, open.parameters)}</a>${' '}
        <span>FID ${distance(row.fid)}</span>
        <span>validation ${bits(row.validation_bits_per_dim)}, test ${bits(row.test_bits_per_dim)} bits/dim</span></figcaption>
    </figure></li>`,
    )}</ul>
    ${
      rows.length > shown &&
      html`<button type="button" onClick=${() => setShown(shown + page)}>
        Show ${Math.min(page, rows.length - shown)} more</button>`
    }`;
}

function Sheet({ sweep, row, name, detail, error }) {
  if (error) return html`<p class="missing">${error.message}</p>`;
  if (!detail) return html`<p class="missing">…</p>`;
  return detail.artifacts?.some(one => one.name === name)
    ? html`<a href=${link(['sweeps', sweep, 'trials', row.id])}>
      <${Picture} address=${api.artifact(sweep, row.id, name, 320)} alt=${`${titleOf(name)} of trial ${row.id}`} /></a>`
    : html`<p class="missing">no such picture of this trial</p>`;
}
