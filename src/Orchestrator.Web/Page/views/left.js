// What a running sweep has still to do, in words.
import { duration, plural } from '../format.js';

/** What the time says, and what it says nothing of: evaluations are counted instead. */
export const trainingLeft = (done, all, seconds) => (seconds != null ? `≈ ${duration(seconds)}` : done >= all ? 'none' : 'not known yet');

/** @returns words for the evaluations that wait, run, or follow training that is under way; null where there are none */
export function evaluationsToCome({ trials, counts, evaluations }) {
  const open = trials - counts.failed - counts.stopped - evaluations.completed - evaluations.failed;
  return open > 0 ? `${plural(open, 'evaluation')} to come` : null;
}
