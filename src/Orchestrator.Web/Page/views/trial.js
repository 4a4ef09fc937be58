// One trial: how it learns, what came of it, what it says.
import * as api from '../api.js';
import { useDetails } from '../details.js';
import { bits, bytes, count, deviations, distance, duration, kernel, plain, plural, rate, words } from '../format.js';
import { html, useMemo } from '../html.js';
import { parameterText } from '../parameters.js';
import { RetryTrial } from '../parts/actions.js';
import { Badge } from '../parts/badge.js';
import { Crumbs } from '../parts/crumbs.js';
import { Facts } from '../parts/facts.js';
import { TrialNote } from '../parts/labels.js';
import { ForkTrial } from '../parts/fork.js';
import { Empty, Failure, Waiting } from '../parts/notice.js';
import { Picture } from '../parts/picture.js';
import { Curves } from '../plots/curves.js';
import { link } from '../router.js';
import { choose, chosen } from '../store.js';
import { Log } from './log.js';
import { titleOf, picturesOf } from './pictures.js';

export function Trial({ open, name }) {
  const row = open.trials.get(name);
  const { detail, error } = useDetails(open.id, row ? [row] : [], versionOf).get(name) ?? {};
  const ids = useMemo(() => [...open.trials.keys()].sort(), [open.trials.size]);
  const at = ids.indexOf(name);
  const crumbs = html`<${Crumbs} id=${open.id}>
    ${' / '}<${Neighbour} sweep=${open.id} id=${ids[at - 1]} rel="prev" label="previous trial" sign="‹" />
    ${' '}${name}${' '}
    <${Neighbour} sweep=${open.id} id=${at < 0 ? null : ids[at + 1]} rel="next" label="next trial" sign="›" />
  <//>`;
  if (!row)
    return html`${crumbs}<${Empty} title=${`There is no trial ${name} in this sweep.`}>
      <p><a href=${link(['sweeps', open.id])}>All trials</a></p><//>`;
  const pictures = picturesOf(detail);
  return html`${crumbs}
    <div class="heading"><h1>Trial ${name}</h1><${Badge} state=${row.state} />
      <div class="actions"><button type="button" aria-pressed=${chosen(open.id).has(name)} onClick=${() => choose(open.id, name)}>
        ${chosen(open.id).has(name) ? '✓ chosen' : 'Choose to compare'}</button></div>
      <${TrialNote} sweep=${open.id} trial=${name} note=${row.note} />
      ${row.epochs > 0 && row.state !== 'running' && html`<${ForkTrial} sweep=${open.id} trial=${name} />`}
      ${row.state === 'failed' && html`<${RetryTrial} sweep=${open.id} trial=${name} />`}</div>
    ${
      row.cause &&
      row.state !== 'completed' &&
      html`<div class="problem"><strong>${words(row.cause)}</strong>${row.message && html`<pre>${row.message}</pre>`}</div>`
    }
    ${row.dropped && html`<p class="fate" role="status">No longer in the sweep file: what it came to is kept.</p>`}
    ${fates[row.state] && html`<p class="fate" role="status">${fates[row.state](row)}</p>`}
    ${row.note && html`<p class="said">${row.note}</p>`}
    <dl class="parameters">${parametersOf(row, open.parameters).map(
      path => html`<div key=${path}>
      <dt>${path}</dt><dd>${parameterText(row.parameters[path])}</dd></div>`,
    )}</dl>
    <${Facts} facts=${[
      ['Epochs', `${count(row.epochs)} / ${count(row.epochs_total)}`],
      ['Validation', bits(row.validation_bits_per_dim), 'bits/dim'],
      ['Test', bits(row.test_bits_per_dim), 'bits/dim'],
      ['FID', distance(row.fid), 'samples'],
      ['KID', kernel(row.kid), 'samples'],
      ['Speed', row.images_per_second == null ? null : rate(row.images_per_second), 'images/s'],
      ['In training', duration(row.seconds)],
      ['Attempts', count(row.attempts), ends(detail)],
      ['Memory', ...memory(detail?.memory)],
      ['Node', row.node],
      ['Evaluation', row.evaluation && row.evaluation !== 'none' ? words(row.evaluation) : null],
    ]} />
    ${error && html`<${Failure} error=${error} what="The whole trial" />`}
    ${!detail && !error && html`<${Waiting} what=${`trial ${name}`} />`}
    ${detail && html`<${Learning} curve=${detail.curve ?? []} />`}
    ${detail?.took?.length > 0 && html`<${Took} attempts=${detail.took} />`}
    ${detail?.evaluation_scores && html`<${Scores} ...${detail.evaluation_scores} />`}
    ${
      pictures.length > 0 &&
      html`<section aria-labelledby="trial-pictures"><h2 id="trial-pictures">Pictures</h2>
        <ul class="pictures large">${pictures.map(
          one => html`<li key=${one.name}><figure>
            <${Picture} address=${api.artifact(open.id, name, one.name)} alt=${`${titleOf(one.name)} of trial ${name}`} />
            <figcaption>${titleOf(one.name)} <span>${bytes(one.bytes)}</span></figcaption></figure></li>`,
        )}</ul></section>`
    }
    ${
      detail?.checkpoint?.path &&
      html`<section aria-labelledby="trial-checkpoint"><h2 id="trial-checkpoint">Checkpoint</h2>
        <dl class="meanings"><dt>after epoch</dt><dd>${count(detail.checkpoint.epoch)}</dd>
          <dt>folder</dt><dd><code>${detail.checkpoint.path}</code></dd>
          <dt>SHA-256</dt><dd><code>${detail.checkpoint.sha256}</code></dd></dl></section>`
    }
    <${Log} sweep=${open.id} trial=${name} isRunning=${row.state === 'running' || row.evaluation === 'running'} />`;
}

/** What a scheduler has done with it. */
const fates = {
  paused: row => `Trained to a rung, ${plural(row.epochs, 'epoch')}, where it waits to be promoted.`,
  pruned: row => `Given up by the scheduler after ${plural(row.epochs, 'epoch')}: others did better there.`,
};

const Neighbour = ({ sweep, id, rel, label, sign }) =>
  id && html`<a rel=${rel} href=${link(['sweeps', sweep, 'trials', id])} aria-label=${label}>${sign}</a>`;

/** What its curve, its end, its scores and pictures depend on. */
const versionOf = row => `${row.state} ${row.evaluation} ${row.epochs} ${row.attempts}`;

/** What sets it apart first, then what the sweep file's choices set besides. */
const parametersOf = (row, differing) =>
  [...new Set([...differing, ...Object.keys(row.parameters)])].filter(path => row.parameters[path] != null);

/** What its first steps took, and of what. */
const memory = ({ device, peak_bytes: peak } = {}) => (peak == null ? [] : [bytes(peak), device === 'cuda' ? 'of the GPU' : 'resident']);

const ends = detail =>
  [
    ...Object.entries(detail?.ends ?? {}).map(([cause, number]) => `${number} ${words(cause)}`),
    ...(detail?.accumulate ? [`each batch in ${plural(detail.accumulate, 'part')}`] : []),
  ].join(', ');

const hours = ({ slot_seconds, cost }) =>
  slot_seconds > 0 ? [duration(slot_seconds), cost > 0 && plain(cost)].filter(Boolean).join(', ') : '—';

/** By what came of it: time in slots, and cost where nodes have prices. */
const Took = ({ attempts }) => html`<table class="queue"><caption>What its attempts took</caption>
  <thead><tr><th scope="col">attempt</th><th scope="col" class="number">in a slot</th><th scope="col" class="number">of use</th>
    <th scope="col" class="number">lost to crashes</th><th scope="col" class="number">lost to preemption</th></tr></thead>
  <tbody>${attempts.map(
    one => html`<tr key=${one.name}><th scope="row">${one.name}</th><td class="number">${hours(one.total)}</td>
      <td class="number">${hours(one.evaluation.slot_seconds > 0 ? one.evaluation : one.useful)}</td>
      <td class="number">${hours(one.lost_to_crashes)}</td><td class="number">${hours(one.lost_to_preemption)}</td></tr>`,
  )}</tbody></table>`;

function Learning({ curve }) {
  const of = (label, field, colour, more) => {
    const points = curve.filter(point => point[field] != null);
    return { label, colour, epochs: points.map(point => point.epoch), values: points.map(point => point[field]), ...more };
  };
  const [both, gradient, rateOfLearning, speed] = useMemo(
    () => [
      [of('validation', 'validation_bits_per_dim', 'c0'), of('training', 'train_bits_per_dim', 'c0', { light: true })],
      [of('gradient norm', 'gradient_norm', 'c1')],
      [of('learning rate', 'learning_rate', 'c2')],
      [of('images per second', 'images_per_second', 'c3')],
    ],
    [curve],
  );
  if (curve.length === 0) return html`<p class="notice">No epoch is finished yet.</p>`;
  return html`<section aria-labelledby="trial-learning"><h2 id="trial-learning">Learning</h2>
    <p class="note">Strong: validation split, averaged weights. Light: training batches as they came.</p>
    <${Curves} series=${both} label="Bits per dimension" />
    <div class="small-plots">
      <figure><figcaption>Gradient norm</figcaption>
        <${Curves} series=${gradient} label="Gradient norm" unit="mean before clipping" height=${170} write=${plain} /></figure>
      <figure><figcaption>Learning rate</figcaption>
        <${Curves} series=${rateOfLearning} label="Learning rate" unit="per step" height=${170} write=${plain} isCut=${false} /></figure>
      <figure><figcaption>Speed</figcaption>
        <${Curves} series=${speed} label="Speed" unit="images/s" height=${170} write=${rate} isCut=${false} /></figure>
    </div></section>`;
}

const Scores = ({ features, samples, interpolation, round_trip_error: roundTrip }) => html`<section aria-labelledby="trial-scores">
  <h2 id="trial-scores">Evaluation</h2>
  <p class="note">${features?.name && html`On features of <code>${features.name}</code>${features.layer && `, layer ${features.layer}`}. `}
    ${samples?.n != null && `${plural(samples.n, 'sample')}. `}${roundTrip != null && `Largest round-trip error ${plain(roundTrip)}.`}</p>
  <div class="scroll" tabindex="0" role="region" aria-label="Scores, scrolls sideways">
    <table class="scores"><thead><tr><th scope="col">of</th><th scope="col" class="number">images</th>
      <th scope="col" class="number">FID</th><th scope="col" class="number">± <small>standard error</small></th>
      <th scope="col" class="number">KID</th><th scope="col" class="number">± <small>standard error</small></th>
      <th scope="col" class="number">path typicality <small>sd</small></th></tr></thead>
    <tbody>${samples && html`<tr><th scope="row">samples</th><${Cells} ...${samples} /></tr>`}
      ${Object.entries(interpolation ?? {}).map(
        ([scheme, scores]) => html`<tr key=${scheme}><th scope="row">interpolation, ${scheme}</th>
        <${Cells} ...${scores} /></tr>`,
      )}</tbody></table></div></section>`;

const Cells = ({ n, fid, fid_standard_error: fidError, kid, kid_standard_error: kidError, path_typicality: typicality }) =>
  html`<td class="number">${count(n)}</td><td class="number">${distance(fid)}</td><td class="number">${distance(fidError)}</td>
    <td class="number">${kernel(kid)}</td><td class="number">${kernel(kidError)}</td><td class="number">${deviations(typicality)}</td>`;
