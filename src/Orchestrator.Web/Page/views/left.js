// What a running sweep has still to do, and what one that is over took, in words.
import { duration, percent, plain, plural } from '../format.js';

/** Until the sweep is over; where no evaluation was timed yet, until training is done. */
export const timeLeft = ({ eta_seconds: all, training_eta_seconds: training }) =>
  all != null ? `≈ ${duration(all)}` : training > 0 ? `≈ ${duration(training)} of training` : 'not known yet';

/** Between which two that is; null where nothing tells. */
export const timeLeftRange = ({ eta_low_seconds: low, eta_high_seconds: high }) =>
  low != null && high != null ? `${duration(low)} to ${duration(high)}` : null;

/** What its leases took, and which part of that its trials keep. */
export const spent = ({ total, useful, evaluation }) => [
  duration(total.slot_seconds),
  [
    `${percent((useful.slot_seconds + evaluation.slot_seconds) / total.slot_seconds)} of use`,
    total.gpu_seconds > 0 && `${plain(total.gpu_seconds / 3600)} GPU-hours`,
    total.cost > 0 && `cost ${total.cost.toFixed(2)}`,
  ]
    .filter(Boolean)
    .join(', '),
];

/** From its submission to its end. */
export const took = ({ submitted_at, ended_at }) => duration((new Date(ended_at) - new Date(submitted_at)) / 1000);

/** @returns words for the evaluations that wait, run, or follow training that is under way; null where there are none */
export const evaluationsToCome = number => (number > 0 ? `${plural(number, 'evaluation')} to come` : null);
