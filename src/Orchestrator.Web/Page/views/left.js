// What a running sweep has still to do, in words.
import { duration, plural } from '../format.js';

/** Until the sweep is over; where no evaluation was timed yet, until training is done. */
export const timeLeft = ({ eta_seconds: all, training_eta_seconds: training }) =>
  all != null ? `≈ ${duration(all)}` : training > 0 ? `≈ ${duration(training)} of training` : 'not known yet';

/** @returns words for the evaluations that wait, run, or follow training that is under way; null where there are none */
export const evaluationsToCome = number => (number > 0 ? `${plural(number, 'evaluation')} to come` : null);
