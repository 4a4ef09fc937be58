// Which trial is better: as on the command line and in reports, by bits per dimension on the validation split alone. Pure.

const isRanked = row => row.state !== 'failed' && Number.isFinite(row.validation_bits_per_dim);

/** The lowest validation first, those without a figure behind, failed ones last: they left no final checkpoint. */
export const compareTrials = (a, b) =>
  (a.state === 'failed') - (b.state === 'failed') ||
  compareFigures(a.validation_bits_per_dim, b.validation_bits_per_dim) ||
  (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const compareFigures = (a, b) => {
  const [x, y] = [Number.isFinite(a), Number.isFinite(b)];
  return x && y ? a - b : y - x;
};

/** Trials with a place, the best first. */
export const ranked = rows => [...rows].filter(isRanked).sort(compareTrials);
