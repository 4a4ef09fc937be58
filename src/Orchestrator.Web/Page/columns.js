// The columns of a sweep's trials: in the table, in filters, on axes.
import { Badge } from './parts/badge.js';
import * as format from './format.js';
import { html } from './html.js';
import { parameterText, shortName, term } from './parameters.js';
import { link } from './router.js';

const stateOrder = ['running', 'pending', 'paused', 'failed', 'stopped', 'pruned', 'completed'];

const figure = (key, label, unit, field, write, more = {}) => ({
  key,
  label,
  unit,
  numeric: true,
  value: row => row[field],
  text: row => write(row[field]),
  ...more,
});

/** @param parameters dotted paths at which trials differ */
export function trialColumns(sweep, parameters) {
  return [
    {
      key: 'trial',
      label: 'trial',
      value: row => row.id,
      text: row => row.id,
      least: 6,
      cell: row => html`<a href=${link(['sweeps', sweep, 'trials', row.id])} tabindex="-1">${row.id}</a>`,
    },
    {
      key: 'state',
      label: 'state',
      value: row => row.state,
      sortValue: row => stateOrder.indexOf(row.state),
      least: 12,
      text: row =>
        row.dropped
          ? `${row.state}, no longer in the file`
          : row.cause && row.state !== 'running'
            ? `${row.state}: ${format.words(row.cause)}`
            : row.state,
      cell: row =>
        html`<${Badge} state=${row.state} />
          ${row.dropped && html`<span class="cause">no longer in the file</span>`}
          ${row.state === 'failed' && row.cause && html`<span class="cause">${format.words(row.cause)}</span>`}`,
    },
    ...parameters.map(parameterColumn),
    {
      ...figure('epoch', 'epoch', 'done / all', 'epochs', format.count),
      text: row => `${format.count(row.epochs)} / ${format.count(row.epochs_total)}`,
    },
    figure('train', 'train', 'bits/dim', 'train_bits_per_dim', format.bits, { title: 'on the training batches, as they came' }),
    figure('validation', 'validation', 'bits/dim', 'validation_bits_per_dim', format.bits, {
      title: 'on the validation split, averaged weights; by it the best is chosen',
    }),
    figure('test', 'test', 'bits/dim', 'test_bits_per_dim', format.bits, { title: 'on the test split; nothing is chosen by it' }),
    figure('fid', 'FID', 'samples', 'fid', format.distance),
    figure('kid', 'KID', 'samples', 'kid', format.kernel),
    {
      key: 'evaluation',
      label: 'evaluation',
      value: row => (row.evaluation === 'none' ? null : row.evaluation),
      text: row => (row.evaluation === 'none' ? format.unknown : (row.evaluation ?? format.unknown)),
    },
    figure('speed', 'speed', 'images/s', 'images_per_second', format.rate),
    figure('attempts', 'attempts', null, 'attempts', format.count),
    figure('time', 'time', 'in training', 'seconds', format.duration),
    { key: 'node', label: 'node', value: row => row.node, text: row => row.node ?? format.unknown, most: 22 },
    { key: 'note', label: 'note', value: row => row.note, text: row => row.note ?? '', most: 40 },
    { key: 'message', label: 'message', value: row => row.message, text: row => row.message ?? '', most: 60 },
  ];
}

function parameterColumn(path) {
  const group = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : null;
  return {
    key: path.toLowerCase(),
    label: shortName(path),
    unit: group,
    title: path,
    numeric: false,
    isParameter: true,
    path,
    alias: term(path),
    value: row => row.parameters[path],
    text: row => parameterText(row.parameters[path]),
  };
}
