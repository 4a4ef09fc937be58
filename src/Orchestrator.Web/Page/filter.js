// Which trials are shown, and in which order. Pure.

const comparisons = {
  '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b, '=': (a, b) => a === b, '!=': (a, b) => a !== b,
};

/**
 * 'glow fid<40 state=failed' : every word has to hold. A word with a comparison names a column, by its whole name or its last part;
 * any other word is looked for in everything a row says.
 */
export function matcher(text, columns) {
  const tests = text.trim().toLowerCase().split(/\s+/).filter(Boolean).map(word => test(word, columns));
  return row => tests.every(holds => holds(row));
}

function test(word, columns) {
  const [, name, operator, wanted] = /^([^<>=!]+)(<=|>=|!=|<|>|=)(.+)$/.exec(word) ?? [];
  const column = name && columns.find(column => column.key === name) || name && columns.find(column => lastPart(column.key) === name);
  if (!column) return row => columns.some(column => String(column.value(row) ?? '').toLowerCase().includes(word));
  const compare = comparisons[operator], number = Number(wanted);
  return row => {
    const value = column.value(row);
    if (value == null || value === '') return false;
    const actual = Number(value);
    return Number.isNaN(number) || Number.isNaN(actual) ? compare(String(value).toLowerCase(), wanted) : compare(actual, number);
  };
}

const lastPart = key => key.slice(key.lastIndexOf('.') + 1).toLowerCase();

/** A new list in order of a column ('fid', or '-fid' from the largest); what is not known comes last either way. */
export function sorted(rows, order, columns) {
  const descending = order.startsWith('-'), column = columns.find(column => column.key === order.replace(/^-/, ''));
  if (!column) return rows;
  const keys = new Map(rows.map(row => [row, key(column.sortValue?.(row) ?? column.value(row))])), sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => compareKeys(keys.get(a), keys.get(b), sign) || (a.id < b.id ? -1 : 1));
}

function key(value) {
  if (value == null || value === '') return null;
  const number = Number(value);
  return Number.isNaN(number) ? String(value) : number;
}

function compareKeys(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  // Numbers before words: 'auto' beside 1e-3 has to stand somewhere.
  if (typeof a !== typeof b) return sign * (typeof a === 'number' ? -1 : 1);
  return a < b ? -sign : a > b ? sign : 0;
}
