// One sweep: what it is and how far, and the views of it.
import { SweepActions } from '../parts/actions.js';
import { Badge } from '../parts/badge.js';
import { Crumbs } from '../parts/crumbs.js';
import { Facts } from '../parts/facts.js';
import { Tags } from '../parts/labels.js';
import { Failure, Waiting } from '../parts/notice.js';
import { Progress, tally } from '../parts/progress.js';
import { bits, bytes, count, distance, percent, plural, time, words } from '../format.js';
import { html, useEffect } from '../html.js';
import { link } from '../router.js';
import { chosen, openSweep, useStore } from '../store.js';
import { LazyView, fetchViews } from './lazy-view.js';
import { evaluationsToCome, spent, timeLeft, timeLeftRange, took } from './left.js';
import { Trials } from './trials.js';

const views = {
  trials: 'Trials',
  rungs: 'Rungs',
  plots: 'Plots',
  pictures: 'Pictures',
  compare: 'Compare',
  beside: 'Beside others',
  journal: 'Events',
  file: 'File',
};

export function Sweep({ id, parts, query }) {
  const { sweep, sweeps } = useStore();
  useEffect(() => {
    openSweep(id);
  }, [id]);
  const [asked = 'trials', trial] = parts,
    view = views[asked] ? asked : 'trials',
    open = sweep?.id === id ? sweep : null,
    isThere = Boolean(open?.trials);
  useEffect(() => {
    if (isThere) requestAnimationFrame(() => fetchViews().catch(() => {}));
  }, [isThere]); // one that is asked for says what failed
  if (open?.error && !open.trials) return html`<${Crumbs} id=${id} /><${Failure} error=${open.error} what=${`Sweep ${id}`} />`;
  if (!open?.trials) return html`<${Crumbs} id=${id} /><${Waiting} what=${`sweep ${id}`} />`;
  if (view === 'trials' && trial) return html`<${LazyView} view="trial" key=${trial} open=${open} name=${trial} />`;
  return html`
    <${Crumbs} />
    <div class="heading"><h1>${open.summary.name}</h1><${Badge} state=${open.summary.state} />
      <${SweepActions} sweep=${open.summary} /></div>
    ${
      open.summary.state === 'paused' &&
      open.summary.paused_because &&
      html`<p class="problem" role="status">The sweep paused itself: ${open.summary.paused_because}.
        No trial has failed by it; when that is mended, resume.</p>`
    }
    ${open.summary.stopped_because && html`<p class="problem" role="status">Stopped by its budget: ${open.summary.stopped_because}.</p>`}
    ${open.summary.waits_because && html`<p class="problem" role="status">It waits: ${open.summary.waits_because}.</p>`}
    <${Tags} tags=${open.summary.tags} />
    ${open.summary.note && html`<p class="said">${open.summary.note}</p>`}
    <${Masthead} ...${open.summary} forks=${forksOf(id, sweeps)} />
    ${open.error && html`<${Failure} error=${open.error} what="The newest state" />`}
    <nav class="tabs" aria-label="Views of the sweep">
      ${Object.entries(views)
        .filter(([key]) => key !== 'rungs' || key === view || open.summary.rungs?.length > 0)
        .map(
          ([key, label]) => html`<a key=${key} href=${link(['sweeps', id, key])}
        aria-current=${key === view ? 'page' : undefined}>${label}
          ${key === 'compare' && chosen(id).size > 0 && html`<span class="count">${chosen(id).size}</span>`}</a>`,
        )}
    </nav>
    ${
      view === 'trials'
        ? html`<${Trials} open=${open} query=${query} />`
        : html`<${LazyView} view=${view} key=${view} open=${open} query=${query} />`
    }`;
}

/** Told where it is not what a sweep has that says nothing. */
const shared = ({ priority, weight, max_slots }) =>
  priority === 0 && weight === 1 && max_slots == null
    ? []
    : [
        [
          'Priority',
          String(priority),
          [`weight ${weight}`, max_slots != null && `at most ${plural(max_slots, 'slot')}`].filter(Boolean).join(', '),
        ],
      ];

/** The bounds that there are. */
const bounded = budget => {
  const bounds = Object.entries(budget ?? {})
    .filter(([, bound]) => bound != null)
    .map(([name, bound]) => `${words(name)} ${name === 'until' ? time(bound) : bound}`);
  return bounds.length > 0 ? [['Budget', bounds.join(', ')]] : [];
};

const forksOf = (id, sweeps) => [...(sweeps?.values() ?? [])].filter(one => one.fork?.sweep === id).map(one => one.id);

/** Where it comes from, and what comes from it. */
const lineage = (fork, forks) => [
  ...(fork
    ? [
        [
          'Forked from',
          html`<a href=${link(fork.trial ? ['sweeps', fork.sweep, 'trials', fork.trial] : ['sweeps', fork.sweep])}>${fork.sweep}</a>`,
          fork.trial && `trial ${fork.trial}, epoch ${fork.epoch}`,
        ],
      ]
    : []),
  ...(forks.length > 0
    ? [['Its forks', forks.map((id, at) => html`${at > 0 && ', '}<a key=${id} href=${link(['sweeps', id])}>${id}</a>`)]]
    : []),
];

const Masthead = ({
  dataset,
  seed,
  trials,
  counts,
  evaluations,
  evaluations_to_come,
  epochs_done,
  epochs_total,
  eta_seconds,
  training_eta_seconds,
  eta_low_seconds,
  eta_high_seconds,
  submitted_at,
  submitted_by,
  ended_at,
  best,
  state,
  share,
  cost,
  budget,
  fork,
  forks,
  checkpoint_bytes,
}) => html`
  <${Progress} counts=${counts} total=${trials} />
  <${Facts} facts=${[
    ['Trials', `${count(counts.completed)} / ${count(trials)}`, tally(counts, trials).join(', ')],
    ['Epochs', `${count(epochs_done)} / ${count(epochs_total)}`, percent(epochs_done / epochs_total)],
    [
      'Evaluations',
      evaluations && `${count(evaluations.completed)}`,
      evaluations &&
        [
          evaluations.running && `${evaluations.running} running`,
          evaluations.pending && `${count(evaluations.pending)} waiting`,
          evaluations.failed && `${count(evaluations.failed)} failed`,
        ]
          .filter(Boolean)
          .join(', '),
    ],
    state === 'running'
      ? [
          'Time left',
          timeLeft({ eta_seconds, training_eta_seconds }),
          [timeLeftRange({ eta_low_seconds, eta_high_seconds }), evaluationsToCome(evaluations_to_come)].filter(Boolean).join('; '),
        ]
      : ['Took', ended_at && took({ submitted_at, ended_at })],
    [
      'Best validation',
      best && bits(best.validation_bits_per_dim),
      best && html`bits/dim, trial ${[best.trial, best.label].filter(Boolean).join(' · ')}`,
    ],
    ['Its test', best?.test_bits_per_dim != null ? bits(best.test_bits_per_dim) : null, 'bits/dim'],
    ['Its FID', best?.fid != null ? distance(best.fid) : null],
    ['Data set', dataset, `seed ${seed}`],
    ...shared(share),
    ...(checkpoint_bytes > 0 ? [['Checkpoints', bytes(checkpoint_bytes)]] : []),
    ...(cost?.total.slot_seconds > 0 ? [['In slots', ...spent(cost)]] : []),
    ...bounded(budget),
    ...lineage(fork, forks),
    ['Submitted', html`<time datetime=${submitted_at}>${time(submitted_at)}</time>`, submitted_by && `with token ${submitted_by}`],
  ]} />`;
