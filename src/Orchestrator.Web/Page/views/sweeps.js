// Every sweep of the cluster, the newest first.
import { Badge } from '../parts/badge.js';
import { Tags } from '../parts/labels.js';
import { Empty, Failure, Waiting } from '../parts/notice.js';
import { Prune } from '../parts/removal.js';
import { Progress, tally } from '../parts/progress.js';
import { Submit } from '../parts/submit.js';
import { bits, count, distance, percent, plural, time } from '../format.js';
import { html, useState } from '../html.js';
import { link } from '../router.js';
import { useStore } from '../store.js';
import { evaluationsToCome, timeLeft, took } from './left.js';
import { Tokens } from './tokens.js';

export function Sweeps() {
  const { sweeps, sweepsError } = useStore(),
    [isSubmitting, setSubmitting] = useState(false),
    [isPruning, setPruning] = useState(false),
    [find, setFind] = useState('');
  const found = [...(sweeps?.values() ?? [])].filter(says(find)).sort((a, b) => (a.submitted_at < b.submitted_at ? 1 : -1));
  return html`<div class="heading"><h1>Sweeps</h1>
    <div class="actions">${sweeps?.size > 0 && html`<button type="button" onClick=${() => setPruning(true)}>Prune</button>`}
    <button type="button" class="primary" onClick=${() => setSubmitting(true)}>Submit a sweep</button></div></div>
    ${sweepsError && html`<${Failure} error=${sweepsError} what="The list of sweeps" />`}
    ${!sweeps && !sweepsError && html`<${Waiting} what="sweeps" />`}
    ${
      sweeps?.size === 0 &&
      html`<${Empty} title="No sweep yet.">
        <p>Submit a sweep file here, or with <code>orchestrator sweep submit FILE --server URL</code>.</p><//>`
    }
    ${
      sweeps?.size > 0 &&
      html`<input class="find" type="search" name="find" placeholder="Find by name, tag, note, data set or state" aria-label="Find sweeps"
          value=${find} onInput=${event => setFind(event.target.value)} />
        <ul class="sweeps">${found.map(sweep => html`<${Card} key=${sweep.id} ...${sweep} />`)}</ul>
        ${found.length === 0 && html`<${Empty} title="No sweep says all of that." />`}`
    }
    <${Tokens} />
    ${isPruning && html`<${Prune} onClose=${() => setPruning(false)} />`}
    ${isSubmitting && html`<${Submit} onClose=${() => setSubmitting(false)} />`}`;
}

/** Every word has to be in what a sweep says of itself, or people of it. */
const says = find => {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  return ({ name, tags, note, dataset, state }) => {
    const text = [name, ...(tags ?? []), note, dataset, state].join('\n').toLowerCase();
    return words.every(word => text.includes(word));
  };
};

const Card = ({
  id,
  name,
  state,
  tags,
  note,
  dataset,
  submitted_at,
  ended_at,
  trials,
  counts,
  evaluations_to_come,
  epochs_done,
  epochs_total,
  eta_seconds,
  training_eta_seconds,
  best,
  fork,
}) => html`<li class="card">
  <div class="card-head"><h2><a href=${link(['sweeps', id])}>${name}</a></h2><${Badge} state=${state} /><span class="soft">${dataset}</span>
    ${fork && html`<span class="soft">forked from <a href=${link(['sweeps', fork.sweep])}>${fork.sweep}</a></span>`}
    <span class="soft when">submitted <time datetime=${submitted_at}>${time(submitted_at)}</time></span></div>
  <${Tags} tags=${tags} />
  ${note && html`<p class="said">${note}</p>`}
  <${Progress} counts=${counts} total=${trials} />
  <p class="tally">
    <span>${count(counts.completed)} of ${plural(trials, 'trial')}</span>
    ${tally(counts, trials, ['running', 'paused', 'pruned']).map(words => html`<span key=${words}>${words}</span>`)}
    ${counts.failed > 0 && html`<span class="bad">${count(counts.failed)} failed</span>`}
    <span>${count(epochs_done)} of ${count(epochs_total)} epochs, ${percent(epochs_done / epochs_total)}</span>
    ${state === 'running' && html`<span>time left: <strong>${timeLeft({ eta_seconds, training_eta_seconds })}</strong></span>`}
    ${evaluations_to_come > 0 && html`<span>${evaluationsToCome(evaluations_to_come)}</span>`}
    ${ended_at && html`<span>took ${took({ submitted_at, ended_at })}</span>`}
  </p>
  ${
    best &&
    html`<p class="best">Best <a href=${link(['sweeps', id, 'trials', best.trial])}>trial ${best.trial}</a>
      ${best.label && ` · ${best.label}`}:
    ${' '}validation <strong>${bits(best.validation_bits_per_dim)}</strong>
    ${best.test_bits_per_dim != null && html`, its test <strong>${bits(best.test_bits_per_dim)}</strong>`} bits/dim
    ${best.fid != null && html`, its FID <strong>${distance(best.fid)}</strong>`}</p>`
  }
</li>`;
