// How much of the differences between trials each parameter explains on its own. Pure.
import { compareValues, numbersOf, orderKey, parameterText } from './parameters.js';

const bins = 5;

/**
 * Share of the variance of a figure that the groups of one parameter's values explain: epsilon squared,
 * 1 - (SS within / (n - k)) / (SS total / (n - 1)), at least 0. Unlike eta squared it is not larger merely because there are more groups.
 * Numbers with more than `bins` different values are put into that many groups of equal size.
 * @param rows of { parameters: { path: text }, value: number }
 * @returns {{ path, share, groups: { label, count, mean }[], trials }[]} from the largest share; share is null where nothing can be said
 */
export function importance(rows, paths) {
  const known = rows.filter(row => Number.isFinite(row.value));
  return paths.map(path => explained(known, path)).sort((a, b) => (b.share ?? -1) - (a.share ?? -1) || (a.path < b.path ? -1 : 1));
}

function explained(rows, path) {
  const groups = grouped(rows, path).map(({ label, rows }) => ({ label, rows, count: rows.length, mean: mean(rows) }));
  const n = rows.length,
    k = groups.length,
    all = mean(rows);
  const total = sum(rows, row => (row.value - all) ** 2);
  const within = sum(groups, group => sum(group.rows, row => (row.value - group.mean) ** 2));
  const share = k < 2 || n <= k ? null : total === 0 ? 0 : Math.max(0, 1 - within / (n - k) / (total / (n - 1)));
  return { path, share, trials: n, groups: groups.map(({ label, count, mean }) => ({ label, count, mean })) };
}

/** Rows by value; numbers with many values by quantile; rows without the parameter in a group of their own. */
function grouped(rows, path) {
  const having = rows.filter(row => row.parameters[path] != null),
    lacking = rows.filter(row => row.parameters[path] == null);
  const values = new Set(having.map(row => row.parameters[path]));
  const groups = values.size > bins && numbersOf([...values]) ? byQuantile(having, path) : byValue(having, path);
  return lacking.length ? [...groups, { label: 'not set', rows: lacking }] : groups;
}

function byValue(rows, path) {
  const groups = Map.groupBy(rows, row => row.parameters[path]);
  return [...groups].sort(([a], [b]) => compareValues(a, b)).map(([value, rows]) => ({ label: parameterText(value), rows }));
}

function byQuantile(rows, path) {
  const ordered = rows.map(row => ({ row, at: orderKey(row.parameters[path]).at })).sort((a, b) => a.at - b.at);
  const groups = [];
  for (let from = 0, bin = 1; from < ordered.length; bin++) {
    let to = Math.max(from + 1, Math.round((bin * ordered.length) / bins));
    while (to < ordered.length && ordered[to].at === ordered[to - 1].at) to++; // equal values stay together
    const some = ordered.slice(from, to);
    const [low, high] = [some[0], some.at(-1)].map(one => parameterText(one.row.parameters[path]));
    groups.push({ label: low === high ? low : `${low} … ${high}`, rows: some.map(one => one.row) });
    from = to;
  }
  return groups;
}

const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);
const mean = rows => (rows.length ? sum(rows, row => row.value) / rows.length : NaN);
