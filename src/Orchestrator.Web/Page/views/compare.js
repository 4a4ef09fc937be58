// Chosen trials beside each other: what differs, how they learnt, what came of them.
import * as api from '../api.js';
import { useDetails } from '../details.js';
import { bits, count, distance, duration, kernel, unknown } from '../format.js';
import { html, useEffect, useMemo } from '../html.js';
import { parameterText, placeIn, rangeText } from '../parameters.js';
import { Badge } from '../parts/badge.js';
import { Empty } from '../parts/notice.js';
import { Picture } from '../parts/picture.js';
import { colourOf, palette } from '../plots/colours.js';
import { Curves } from '../plots/curves.js';
import { ranked } from '../ranking.js';
import { go, link } from '../router.js';
import { chooseOnly, chosen, needCurves } from '../store.js';
import { titleOf, picturesOf } from './pictures.js';
import { curveOf } from './plots.js';

const figures = [
  ['validation', 'bits/dim', 'validation_bits_per_dim', bits],
  ['test', 'bits/dim', 'test_bits_per_dim', bits],
  ['FID', 'samples', 'fid', distance],
  ['KID', 'samples', 'kid', kernel],
];
const others = [
  ['epochs', '', 'epochs', count],
  ['attempts', '', 'attempts', count],
  ['time in training', '', 'seconds', duration],
  ['node', '', 'node', value => value ?? unknown],
];

export function Compare({ open, query }) {
  const named = query.get('trials')?.split(',').filter(Boolean),
    ids = named ?? [...chosen(open.id)];
  useEffect(() => {
    if (named) chooseOnly(open.id, named);
  }, [query.get('trials')]);
  const rows = ids
      .map(id => open.trials.get(id))
      .filter(Boolean)
      .slice(0, palette),
    key = rows.map(row => row.id).join();
  useEffect(() => {
    needCurves(rows.map(row => row.id));
  }, [key, open.version]);
  const series = useMemo(() => rows.map((row, place) => curveOf(open, row, place)), [open.version, key]);
  const details = useDetails(open.id, rows, row => row.evaluation);
  if (rows.length === 0) return html`<${NoneChosen} sweep=${open.id} best=${ranked(open.trials.values()).slice(0, 4)} />`;
  const paths = open.parameters,
    differs = path => new Set(rows.map(row => row.parameters[path])).size > 1;
  const ranges = open.summary.ranges ?? {};
  const pictures = [...new Set(rows.flatMap(row => picturesOf(details.get(row.id)?.detail).map(one => one.name)))];
  const pictureOf = (row, name) =>
    details.get(row.id)?.detail?.artifacts?.some(one => one.name === name)
      ? html`<${Picture} address=${api.artifact(open.id, row.id, name, 240)} alt=${`${titleOf(name)} of trial ${row.id}`} />`
      : unknown;
  const takeOut = gone => {
    go(['sweeps', open.id, 'compare'], { trials: ids.filter(id => id !== gone).join(',') });
    if (ids.length === 1) chooseOnly(open.id, []);
  };
  return html`
    ${ids.length > palette && html`<p class="note">The first ${palette} of ${ids.length} chosen trials.</p>`}
    <div class="scroll" tabindex="0" role="region" aria-label="Comparison of trials, scrolls sideways"><table class="compare">
      <thead><tr><td></td>${rows.map(
        (row, place) => html`<th key=${row.id} scope="col">
          <a href=${link(['sweeps', open.id, 'trials', row.id])}><span class=${`key ${colourOf(place)}`}></span>${row.id}</a>
          <button type="button" class="quiet" aria-label=${`take trial ${row.id} out`} onClick=${() => takeOut(row.id)}>×</button></th>`,
      )}</tr></thead>
      <tbody>
        <tr><th scope="row">state</th>${rows.map(row => html`<td key=${row.id}><${Badge} state=${row.state} /></td>`)}</tr>
        ${paths.map(
          path => html`<tr key=${path} class=${differs(path) ? 'differs' : 'same'}><th scope="row">
            <span>${path}</span>${ranges[path] && html` <small>${rangeText(ranges[path])}</small>`}</th>
          ${rows.map(
            row => html`<td key=${row.id}>${parameterText(row.parameters[path])}
              <${Place} at=${placeIn(ranges[path], row.parameters[path])} /></td>`,
          )}</tr>`,
        )}
        ${figures.map(
          ([name, unit, field, write]) => html`<tr key=${field} class="figures"><th scope="row">${name} <small>${unit}</small></th>
          ${rows.map(
            row => html`<td key=${row.id} class=${isLowest(rows, row, field) ? 'winner' : ''}>
            ${write(row[field])}${isLowest(rows, row, field) && html`<span class="hidden">, lowest</span>`}</td>`,
          )}</tr>`,
        )}
        ${others.map(
          ([name, , field, write]) => html`<tr key=${field}><th scope="row">${name}</th>
          ${rows.map(row => html`<td key=${row.id}>${write(row[field])}</td>`)}</tr>`,
        )}
        ${pictures.map(
          name => html`<tr key=${name} class="sheets"><th scope="row">${titleOf(name)}</th>
          ${rows.map(row => html`<td key=${row.id}>${pictureOf(row, name)}</td>`)}</tr>`,
        )}
      </tbody></table></div>
    <p class="note">Parameters that differ are in strong letters; the lowest of each figure is marked.
      The best trial is chosen on the validation split.</p>
    <h2>Learning curves</h2><${Curves} series=${series} label="Learning curves of the chosen trials" />`;
}

/** Where a drawn value lies between the ends of its range; the value itself stands beside it. */
const Place = ({ at }) => at != null && html`<span class="place" aria-hidden="true"><span style=${{ left: `${100 * at}%` }}></span></span>`;

const isLowest = (rows, row, field) =>
  rows.length > 1 && row[field] != null && rows.every(other => other[field] == null || other[field] >= row[field]);

const NoneChosen = ({ sweep, best }) => html`<${Empty} title="No trial is chosen.">
  <p>Choose some in the table of trials with their boxes, or Space.${' '}
  ${
    best.length > 1 &&
    html`<a href=${link(['sweeps', sweep, 'compare'], { trials: best.map(row => row.id).join(',') })}>
    Compare the best ${best.length}</a>.`
  }</p><//>`;
