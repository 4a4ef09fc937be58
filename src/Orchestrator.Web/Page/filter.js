// Which trials are shown, and in which order. Pure.
import { compareOrderKeys, orderKey } from './parameters.js';

const comparisons = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

/**
 * 'glow fid<40 state=failed' : every word has to hold. A word with a comparison names a column, by its whole name or its last part;
 * any other word is looked for in everything a row says.
 */
export function matcher(text, columns) {
  const tests = text
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .map(word => test(word, columns));
  return row => tests.every(holds => holds(row));
}

function test(word, columns) {
  const [, name, operator, wanted] = /^([^<>=!]+)(<=|>=|!=|<|>|=)(.+)$/.exec(word) ?? [];
  const column =
    name && (columns.find(column => column.key === name) ?? columns.find(column => lastPart(column.key) === name || column.alias === name));
  if (!column)
    return row =>
      columns.some(column =>
        String(column.value(row) ?? '')
          .toLowerCase()
          .includes(word),
      );
  const compare = comparisons[operator],
    bound = orderKey(wanted);
  return row => {
    const value = column.value(row);
    if (value == null || value === '') return false;
    const actual = orderKey(String(value).toLowerCase());
    // 200 is neither more nor less than 2d, or than a word.
    return actual.kind === bound.kind ? compare(compareOrderKeys(actual, bound), 0) : operator === '!=';
  };
}

const lastPart = key => key.slice(key.lastIndexOf('.') + 1).toLowerCase();

/** A new list in order of a column ('fid', or '-fid' from the largest); what is not known comes last either way. */
export function sorted(rows, order, columns) {
  const descending = order.startsWith('-'),
    column = columns.find(column => column.key === order.replace(/^-/, ''));
  if (!column) return rows;
  const sign = descending ? -1 : 1;
  const keyed = rows.map(row => ({ row, key: orderKey(column.sortValue?.(row) ?? column.value(row)) }));
  return keyed.sort((a, b) => compareKeys(a.key, b.key, sign) || (a.row.id < b.row.id ? -1 : 1)).map(one => one.row);
}

function compareKeys(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  return sign * compareOrderKeys(a, b);
}
