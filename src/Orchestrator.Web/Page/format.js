// How figures are written: as in the report and on the command line. What is not known is a dash.
export const unknown = '—';
const gap = '\u202f'; // a thin gap that does not break

const fixed = (value, digits) => (value == null || !Number.isFinite(value) ? unknown : value.toFixed(digits));

export const bits = value => fixed(value, 3);
export const distance = value => fixed(value, Math.abs(value ?? 0) < 10 ? 3 : 2);
export const kernel = value => fixed(value, Math.abs(value ?? 0) < 1 ? 4 : 2);
export const deviations = value => (value == null ? unknown : (value > 0 ? '+' : value < 0 ? '−' : '') + Math.abs(value).toFixed(1));
export const rate = value => (value == null ? unknown : value < 10 ? value.toFixed(1) : count(Math.round(value)));
export const count = value => (value == null ? unknown : String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, gap));
export const percent = share => (share == null || !Number.isFinite(share) ? unknown : `${Math.round(100 * share)}${gap}%`);
export const plain = value =>
  value == null
    ? unknown
    : value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6)
      ? value.toExponential(1).replace('e-', 'e−').replace('e+', 'e')
      : String(+value.toPrecision(4));

/** Seconds as people say them: the two largest units. */
export function duration(seconds) {
  if (seconds == null || !Number.isFinite(seconds)) return unknown;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)}${gap}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}${gap}min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}${gap}h ${minutes % 60}${gap}min` : `${Math.floor(hours / 24)}${gap}d ${hours % 24}${gap}h`;
}

export function bytes(value) {
  if (value == null) return unknown;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${step === 0 ? value : (value / 1000 ** step).toPrecision(3)}${gap}${units[step]}`;
}

/** Local time of day; with the date where it was not today. */
export function time(at, now = new Date()) {
  if (!at) return unknown;
  const date = new Date(at),
    two = number => String(number).padStart(2, '0');
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return date.toDateString() === now.toDateString()
    ? clock
    : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}`;
}

/** 'out_of_memory' as people write it. */
export const words = name => (name ?? '').replaceAll('_', ' ');
export const plural = (number, one, many = one + 's') => `${count(number)} ${number === 1 ? one : many}`;
