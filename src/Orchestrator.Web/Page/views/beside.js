// A sweep beside other ones: what differs over pairs of trials, and trials of all of them in one table and one plot.
import * as api from '../api.js';
import { bits, count, distance, kernel, plural } from '../format.js';
import { html, useEffect, useMemo, useState } from '../html.js';
import { labelOf } from '../parameters.js';
import { Empty, Failure, Waiting } from '../parts/notice.js';
import { colourOf, palette } from '../plots/colours.js';
import { Curves } from '../plots/curves.js';
import { ranked } from '../ranking.js';
import { amend, link } from '../router.js';
import { chosen, needCurves, useStore } from '../store.js';

export function Beside({ open, query }) {
  const { sweeps } = useStore();
  const known = [...(sweeps?.keys() ?? [])].filter(id => id !== open.id),
    others = (query.get('with') ?? '').split(',').filter(id => known.includes(id)),
    by = query.get('by') ?? '';
  const { read, error } = useOthers(open, others, by);
  if (known.length === 0) return html`<${Empty} title="There is no other sweep."><p>Sweeps of this cluster can be compared.</p><//>`;
  const toggle = id => amend({ with: (others.includes(id) ? others.filter(one => one !== id) : [...others, id]).join(',') });
  const paths = ['base', ...open.parameters.filter(path => others.every(id => read.get(id)?.parameters.includes(path) ?? true))];
  return html`
    <fieldset class="others"><legend>Beside</legend>${known.map(
      id => html`<label key=${id}><input type="checkbox" checked=${others.includes(id)} onChange=${() => toggle(id)} /> ${id}</label>`,
    )}</fieldset>
    ${
      others.length > 0 &&
      html`<label>Grouped by <select value=${by} onChange=${event => amend({ by: event.currentTarget.value })}>
        <option value="">all trials together</option>${paths.map(path => html`<option key=${path} value=${path}>${path}</option>`)}
      </select></label>`
    }
    ${error && html`<${Failure} error=${error} what="The comparison" />`}
    ${others.map(id =>
      read.has(id)
        ? html`<${Differences} key=${id} ...${read.get(id).comparison} />`
        : !error && html`<${Waiting} key=${id} what=${`sweep ${id}`} />`,
    )}
    ${
      others.length > 0 && others.every(id => read.has(id)) && html`<${Together} open=${open} others=${others.map(id => read.get(id))} />`
    }`;
}

/** What the others are, read again when trials of this one have ended. */
function useOthers(open, others, by) {
  const [found, setFound] = useState({ key: null, read: new Map(), error: null });
  const key = [open.id, open.summary.counts.completed, open.summary.evaluations?.completed, by, ...others].join();
  useEffect(() => {
    const isOver = { now: false };
    const readAll = async () => {
      const read = new Map();
      for (const id of others) read.set(id, await readOne(open.id, id, by));
      return read;
    };
    readAll().then(
      read => isOver.now || setFound({ key, read, error: null }),
      error => isOver.now || setFound({ key, read: new Map(), error }),
    );
    return () => {
      isOver.now = true;
    };
  }, [key]);
  return found;
}

async function readOne(first, id, by) {
  const [comparison, { parameters }, { trials }] = await Promise.all([api.compare(first, id, by), api.sweep(id), api.trials(id)]);
  const rows = shownOf(id, trials);
  const { curves } =
    rows.length > 0
      ? await api.curves(
          id,
          rows.map(row => row.id),
        )
      : { curves: [] };
  return { id, comparison, parameters, rows, curves: new Map(curves.map(curve => [curve.trial, curve])) };
}

const best = 3;

/** The chosen trials of a sweep, else its best. */
const shownOf = (id, trials) => {
  const picked = trials.filter(row => chosen(id).has(row.id));
  return picked.length > 0 ? picked : ranked(trials).slice(0, best);
};

const signed = value => (value == null ? '' : `${value > 0 ? '+' : value < 0 ? '−' : ''}${Number(Math.abs(value).toPrecision(4))}`);
const titles = { validation_bits_per_dim: 'validation bits/dim', test_bits_per_dim: 'test bits/dim', fid: 'FID', kid: 'KID' };
const titleOf = figure => titles[figure] ?? figure.replace(/^interpolation\.(.+)\.fid$/, 'interpolation FID, $1');

const Differences = ({ first, second, paired_by, groups, warnings }) => html`<section aria-labelledby=${`beside-${second}`}>
  <h2 id=${`beside-${second}`}>${second} less ${first}</h2>
  <p class="note">Over pairs of completed trials that have the same ${paired_by.join(', ')};
    below zero ${second} is better. 95 % intervals.</p>
  ${
    warnings.length > 0 &&
    html`<div class="problem" role="status"><p>The two are not alike:</p>
      <ul>${warnings.map(one => html`<li key=${one}>${one}</li>`)}</ul></div>`
  }
  <div class="scroll" tabindex="0" role="region" aria-label=${`${second} less ${first}, scrolls sideways`}><table class="scores">
    <thead><tr><th scope="col">figure</th><th scope="col" class="number">${first}</th><th scope="col" class="number">${second}</th>
      <th scope="col" class="number">difference</th><th scope="col" class="number">from … to</th>
      <th scope="col" class="number">pairs</th></tr></thead>
    ${groups.map(
      ({ name, figures }) => html`<tbody key=${name}>
      ${name && html`<tr><th scope="rowgroup" colspan="6">${name}</th></tr>`}
      ${figures
        .filter(one => one.pairs > 0)
        .map(
          one => html`<tr key=${one.figure} class=${one.low > 0 || one.high < 0 ? 'differs' : ''}>
          <th scope="row">${titleOf(one.figure)}</th>
          <td class="number">${bits(one.first)}</td><td class="number">${bits(one.second)}</td>
          <td class="number">${signed(one.difference)}</td>
          <td class="number">${one.low == null ? 'one pair: no interval' : `${signed(one.low)} … ${signed(one.high)}`}</td>
          <td class="number">${count(one.pairs)}</td></tr>`,
        )}
      ${!figures.some(one => one.pairs > 0) && html`<tr><td colspan="6">no pairs</td></tr>`}</tbody>`,
    )}</table></div></section>`;

function Together({ open, others }) {
  const own = shownOf(open.id, [...open.trials.values()]);
  useEffect(() => {
    needCurves(own.map(row => row.id));
  }, [own.map(row => row.id).join(), open.version]);
  const all = [{ id: open.id, rows: own, parameters: open.parameters }, ...others]
    .flatMap(({ id, rows, parameters, curves }) =>
      rows.map(row => ({
        sweep: id,
        row,
        label: labelOf(row, parameters),
        curve: curves ? validation(curves.get(row.id)) : open.curves.get(row.id),
      })),
    )
    .slice(0, palette);
  const series = useMemo(
    () =>
      all.map(({ sweep, row, label, curve }, place) => ({
        label: nameIn(sweep, row, label),
        colour: colourOf(place),
        epochs: [...(curve?.epochs ?? [])],
        values: [...(curve?.values ?? [])],
      })),
    [open.version, others, all.length],
  );
  return html`<section aria-labelledby="beside-trials"><h2 id="beside-trials">Their trials</h2>
    <p class="note">Of each sweep those that are chosen in its table, else the best ${plural(best, 'trial')}.</p>
    <${Curves} series=${series} label="Learning curves of trials of several sweeps" />
    <div class="scroll" tabindex="0" role="region" aria-label="Trials of several sweeps, scrolls sideways"><table class="scores">
      <thead><tr><th scope="col">trial</th><th scope="col" class="number">validation</th><th scope="col" class="number">test</th>
        <th scope="col" class="number">FID</th><th scope="col" class="number">KID</th>
        <th scope="col" class="number">epochs</th></tr></thead>
      <tbody>${all.map(
        ({ sweep, row, label }, place) => html`<tr key=${`${sweep} ${row.id}`}><th scope="row">
          <a href=${link(['sweeps', sweep, 'trials', row.id])}>
            <span class=${`key ${colourOf(place)}`}></span>${nameIn(sweep, row, label)}</a></th>
        <td class="number">${bits(row.validation_bits_per_dim)}</td><td class="number">${bits(row.test_bits_per_dim)}</td>
        <td class="number">${distance(row.fid)}</td><td class="number">${kernel(row.kid)}</td>
        <td class="number">${count(row.epochs)}</td></tr>`,
      )}</tbody></table></div></section>`;
}

const nameIn = (sweep, row, label) => [sweep, row.id, label].filter(Boolean).join(' · ');

const validation = curve => curve && { epochs: curve.epochs, values: curve.validation_bits_per_dim };
