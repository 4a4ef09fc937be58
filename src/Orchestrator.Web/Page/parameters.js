// The parameters in which the trials of a sweep differ: how they are written, ordered, and how they name a trial. Pure.
import { unknown } from './format.js';

export const shortName = path => path.slice(path.lastIndexOf('.') + 1).replaceAll('_', ' ');

/** Two values that differ read differently: a number is written in full, everything else to the letter. */
export function parameterText(text) {
  if (text == null) return unknown;
  return isNumber(text) ? String(Number(text)).replace('e-', 'e−').replace('e+', 'e') : text;
}

export const isNumber = text => text !== '' && !Number.isNaN(Number(text));

/** Numbers first, then multiples of the dimension (1d, 1.5d), then words; each in its own order. */
export const compareValues = (a, b) => compareOrderKeys(orderKey(a), orderKey(b));

/** @returns what a value is ordered by, for many comparisons; null where there is none */
export function orderKey(value) {
  if (value == null || value === '') return null;
  if (isNumber(value)) return { kind: 0, at: Number(value) };
  const multiple = /^(.+)d$/.exec(value)?.[1];
  return multiple && isNumber(multiple) ? { kind: 1, at: Number(multiple) } : { kind: 2, at: String(value) };
}

/** The numbers of values that are all plain numbers, or all multiples of the dimension (unit 'd'); null of others. */
export function numbersOf(values) {
  const keys = values.map(orderKey),
    kind = keys[0]?.kind;
  return kind < 2 && keys.every(key => key?.kind === kind) ? { numbers: keys.map(key => key.at), unit: kind === 1 ? 'd' : '' } : null;
}

export const compareOrderKeys = (a, b) => a.kind - b.kind || (a.at < b.at ? -1 : a.at > b.at ? 1 : 0);

/** Where a value lies in a range, from 0 to 1, on the range's own scale; null where it is not in it. */
export function placeIn(range, value) {
  const at = orderKey(value)?.at;
  if (!range || range.kind === 'normal' || typeof at !== 'number') return null;
  const write = isLogarithmic(range) ? Math.log : number => number;
  const place = (write(at) - write(range.low)) / (write(range.high) - write(range.low));
  return place >= 0 && place <= 1 ? place : null;
}

/** A range of a sweep file in words: '0.0001 … 0.003, log'. */
export function rangeText(range) {
  const [low, high] = [range.low, range.high].map(end => parameterText(String(end)) + (range.per_dimension ? 'd' : ''));
  return range.kind === 'normal' ? `normal, ${low} ± ${high}` : `${low} … ${high}${isLogarithmic(range) ? ', log' : ''}`;
}

export const isLogarithmic = range => ['log_uniform', 'log_int_uniform'].includes(range.kind);

/** What sets a trial apart, as results and reports have it: 'von-mises-fisher kappa=1.5d lr=0.001'. Empty where trials do not differ. */
export const labelOf = (row, paths) =>
  paths
    .filter(path => row.parameters[path] != null)
    .map(path => (path === 'base.distribution' ? row.parameters[path] : `${term(path)}=${parameterText(row.parameters[path])}`))
    .join(' ');

/** '0003 · kappa=1d levels=2' */
export function nameOf(row, paths) {
  const label = labelOf(row, paths);
  return label ? `${row.id} · ${label}` : row.id;
}

/** Short for a path, where a trial is named and where a filter names a column. */
export const term = path => (path === 'training.learning_rate' ? 'lr' : path.slice(path.lastIndexOf('.') + 1));
