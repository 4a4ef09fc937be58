// The whole sweep in pictures: learning curves, trade-off, parameters.
import { bits, distance, percent, plural } from '../format.js';
import { html, useEffect, useMemo } from '../html.js';
import { importance } from '../importance.js';
import { nameOf } from '../parameters.js';
import { Empty } from '../parts/notice.js';
import { colourOf, palette } from '../plots/colours.js';
import { Curves } from '../plots/curves.js';
import { ImportanceBars } from '../plots/importance-bars.js';
import { Parallel } from '../plots/parallel.js';
import { Scatter } from '../plots/scatter.js';
import { ranked } from '../ranking.js';
import { go, link } from '../router.js';
import { chooseOnly, needCurves } from '../store.js';

const mostCurves = 50;

export const curveOf = (open, row, place, more = {}) => {
  const curve = open.curves.get(row.id);
  return {
    label: nameOf(row, open.parameters),
    colour: colourOf(place),
    epochs: [...(curve?.epochs ?? [])],
    values: [...(curve?.values ?? [])],
    ...more,
  };
};

export function Plots({ open }) {
  const rows = useMemo(() => ranked(open.trials.values()), [open.version]);
  const shown = rows.slice(0, mostCurves),
    names = shown.map(row => row.id).join();
  useEffect(() => {
    needCurves(shown.map(row => row.id));
  }, [names, open.version]);
  const series = useMemo(() => shown.map((row, place) => curveOf(open, row, place)), [open.version, names]);
  const places = new Map(rows.map((row, place) => [row.id, place]));
  const done = useMemo(() => rows.filter(row => row.state === 'completed'), [rows]);
  const measured = useMemo(
    () =>
      importance(
        done.map(row => ({ parameters: row.parameters, value: row.validation_bits_per_dim })),
        open.parameters,
      ),
    [done, open.parameters.join()],
  );
  const points = useMemo(
    () =>
      rows
        .filter(row => row.fid != null && row.test_bits_per_dim != null)
        .map(row => ({
          id: row.id,
          x: row.test_bits_per_dim,
          y: row.fid,
          colour: colourOf(places.get(row.id)),
          text: `${nameOf(row, open.parameters)}: FID ${distance(row.fid)}, test ${bits(row.test_bits_per_dim)} bits/dim`,
        })),
    [rows, open.parameters.join()],
  );
  if (rows.length === 0)
    return html`<${Empty} title="Nothing to draw yet."><p>The first point comes with the first finished epoch.</p><//>`;
  const isOnFront = new Set(open.summary.pareto ?? []),
    evaluated = rows.filter(row => row.state === 'completed' && row.fid != null),
    front = evaluated.filter(row => isOnFront.has(row.id));
  const openTrial = id => go(['sweeps', open.id, 'trials', id]);
  return html`<div class="plots">
    <section aria-labelledby="plot-curves"><h2 id="plot-curves">Learning curves</h2>
      <p class="note">Validation bits per dimension by epoch; lower is better.${' '}
        ${rows.length > mostCurves ? `Shown are the best ${mostCurves} of ${plural(rows.length, 'trial')}. ` : ''}
        ${rows.length > palette ? `The best ${palette} have colours.` : ''}</p>
      <${Curves} series=${series} label="Learning curves" />
      <${Legend} rows=${rows.slice(0, palette)} open=${open} /></section>
    <section aria-labelledby="plot-trade"><h2 id="plot-trade">Bits per dimension against FID</h2>
      <p class="note">Likelihood and picture quality need not agree. Both are better towards the lower left.</p>
      ${
        points.length
          ? html`<${Scatter} points=${points} xLabel="test bits per dimension" yLabel="FID of samples"
            label=${tradeOff(points)} onOpen=${openTrial} />`
          : html`<p class="notice">No trial has been evaluated yet.</p>`
      }</section>
    ${front.length > 0 && html`<${Front} open=${open} rows=${evaluated} front=${front} places=${places} onOpen=${openTrial} />`}
    <section class="across" aria-labelledby="plot-parallel"><h2 id="plot-parallel">Parallel coordinates</h2>
      <p class="note">${done.length > 1 ? 'Completed trials only.' : 'All trials with a finished epoch: fewer than two are completed.'}</p>
      <${Parallel} rows=${done.length > 1 ? done : rows} paths=${open.parameters} ranges=${open.summary.ranges} onOpen=${openTrial}
        onShow=${ids => {
          chooseOnly(open.id, ids);
          go(['sweeps', open.id, 'compare'], { trials: ids.join(',') });
        }} /></section>
    <section class="across" aria-labelledby="plot-importance"><h2 id="plot-importance">Parameter importance</h2>
      ${
        open.parameters.length === 0
          ? html`<p class="notice">The trials of this sweep do not differ in any parameter.</p>`
          : done.length < 4
            ? html`<p class="notice">Said once four trials are completed; ${done.length === 1 ? 'one is' : `${done.length} are`}.</p>`
            : html`<${ImportanceBars} measured=${measured} />
              <p class="note">Share of the variance of final validation bits per dimension, over ${plural(done.length, 'completed trial')},
                that the values of one parameter explain alone (epsilon squared: corrected for the number of groups).
                Numbers with more than five values are taken in fifths. What parameters do only together is not in it:
                one near ${percent(0)} may still matter beside another.</p>`
      }</section>
  </div>`;
}

/** Trials of which none is better in all three figures. Where two trials agree in two of them, the third decides, which has no axis. */
const Front = ({ open, rows, front, places, onOpen }) => {
  const points = useMemo(
    () =>
      rows.map(row => ({
        id: row.id,
        x: row.validation_bits_per_dim,
        y: row.fid,
        isMarked: front.includes(row),
        colour: front.includes(row) ? colourOf(places.get(row.id)) : 'other',
        text: `${nameOf(row, open.parameters)}: validation ${bits(row.validation_bits_per_dim)} bits/dim, FID ${distance(row.fid)}`,
      })),
    [rows, front.map(row => row.id).join()],
  );
  const schemes = open.summary.interpolation_schemes ?? [];
  return html`<section class="across" aria-labelledby="plot-front"><h2 id="plot-front">Pareto front</h2>
    <p class="note">No other trial is better than one of these, which have a ring, in all of validation bits per dimension, FID of samples${
      schemes.length > 0 ? `, and mean FID of interpolations by ${schemes.join(', ')}, the schemes that all trials have` : ''
    }.</p>
    <div class="side-by-side"><${Scatter} points=${points} xLabel="validation bits per dimension" yLabel="FID of samples" onOpen=${onOpen}
      label=${`Pareto front: ${front.length} of ${plural(rows.length, 'evaluated trial')}. The table below has their figures.`} />
    <div class="scroll" tabindex="0" role="region" aria-label="Pareto front, scrolls sideways"><table class="front">
      <thead><tr><th scope="col">trial</th><th scope="col" class="number">validation</th><th scope="col" class="number">FID</th>
        <th scope="col" class="number">interpolation FID</th></tr></thead>
      <tbody>${front.map(
        row => html`<tr key=${row.id}><th scope="row">
          <a href=${link(['sweeps', open.id, 'trials', row.id])}>${nameOf(row, open.parameters)}</a></th>
        <td class="number">${bits(row.validation_bits_per_dim)}</td><td class="number">${distance(row.fid)}</td>
        <td class="number">${distance(open.summary.interpolation_fid?.[row.id])}</td></tr>`,
      )}</tbody></table></div></div></section>`;
};

const tradeOff = points =>
  `FID against bits per dimension of ${plural(points.length, 'trial')}. Lowest FID: ${distance(lowest(points.map(point => point.y)))}.`;

const lowest = values => values.reduce((low, value) => Math.min(low, value), Infinity);

const Legend = ({ rows, open }) =>
  html`<ul class="legend">${rows.map(
    (row, place) => html`<li key=${row.id}><a href=${link(['sweeps', open.id, 'trials', row.id])}>
      <span class=${`key ${colourOf(place)}`}></span>${nameOf(row, open.parameters)}${' '}
      <span class="figure">${bits(row.validation_bits_per_dim)}</span></a></li>`,
  )}</ul>`;
