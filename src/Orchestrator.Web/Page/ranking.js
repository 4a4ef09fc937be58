// Which trial is better: as on the command line and in reports, by bits per dimension on the validation split alone. Pure.

const isRanked = row => !row.dropped && row.state !== 'failed' && Number.isFinite(row.validation_bits_per_dim);

const isOf =
    (...states) =>
    (a, b) =>
      states.includes(a.state) - states.includes(b.state),
  byFailed = isOf('failed'),
  byUnfinished = isOf('paused', 'pruned');

/**
 * How to order these rows: the lowest validation first, those without a figure behind, failed ones after them, since they left no final
 * checkpoint, and last what is no longer in the sweep file. Once a trial was trained to its end, those that a scheduler gave up or lets
 * wait stand behind those that were not.
 */
export const byRank = rows => {
  const isOneDone = rows.some(row => row.state === 'completed' && isRanked(row));
  return (a, b) =>
    !!a.dropped - !!b.dropped ||
    byFailed(a, b) ||
    (isOneDone && byUnfinished(a, b)) ||
    compareFigures(a.validation_bits_per_dim, b.validation_bits_per_dim) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
};

const compareFigures = (a, b) => {
  const [x, y] = [Number.isFinite(a), Number.isFinite(b)];
  return x && y ? a - b : y - x;
};

/** Trials with a place, the best first. */
export const ranked = rows => [...rows].filter(isRanked).sort(byRank(rows));
