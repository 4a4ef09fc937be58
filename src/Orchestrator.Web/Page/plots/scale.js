// From values to pixels and back, with round ticks. Pure.

export function linear(low, high, from, to) {
  const span = high - low || 1;
  return {
    low,
    high,
    isLog: false,
    at: value => from + ((value - low) / span) * (to - from),
    back: pixel => low + ((pixel - from) / (to - from)) * span,
    ticks: count => (high > low ? roundTicks(low, high, count) : [low]),
  };
}

function logarithmic(low, high, from, to) {
  const inner = linear(Math.log10(low), Math.log10(high), from, to);
  return {
    ...inner,
    low,
    high,
    isLog: true,
    at: value => inner.at(Math.log10(value)),
    back: pixel => 10 ** inner.back(pixel),
    ticks: count => logTicks(low, high, count),
  };
}

/** Logarithmic where all values are positive and span more than a factor of 20, or where it is asked for. */
export function fitting(values, from, to, isLog = false) {
  const low = Math.min(...ends(values, Math.min)),
    high = Math.max(...ends(values, Math.max));
  return low > 0 && (isLog || high / low > 20) ? logarithmic(low, high, from, to) : linear(low, high, from, to);
}

// Math.min(...values) of many thousand values would overflow the stack.
const ends = (values, pick) => [values.reduce((a, b) => pick(a, b), values[0])];

/** Never empty, as far as numbers reach. */
export function padded(values, share = 0.05) {
  const [low] = ends(values, Math.min),
    [high] = ends(values, Math.max);
  const room = Math.max((high - low || Math.abs(high) || 1) * share, Math.abs(low) * Number.EPSILON, Math.abs(high) * Number.EPSILON);
  return [low - room, high + room];
}

function roundTicks(low, high, count) {
  const raw = (high - low) / Math.max(1, count),
    power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(step => step >= raw) ?? raw,
    first = Math.ceil(low / step);
  const ticks = new Set(); // Where the range is a few of the numbers that there are, multiples may coincide.
  for (let index = 0; index <= 2 * count + 2 && (first + index) * step <= high + step * 1e-9; index++)
    ticks.add(clean((first + index) * step, step));
  return [...ticks];
}

/** Without the digits that the multiplication made up: 0.30000000000000004. */
function clean(tick, step) {
  const digits = Math.floor(Math.log10(Math.abs(tick) || 1)) - Math.floor(Math.log10(step)) + 3;
  return digits > 0 && digits <= 15 ? +tick.toPrecision(digits) : tick;
}

const small = 1e-3,
  large = 1e6,
  mostDecimals = 6;

/** The values along an axis with as many digits as it takes for no two that differ to read the same. */
export function tickTexts(ticks) {
  const size = Math.max(...ticks.map(Math.abs), 0),
    ordered = [...new Set(ticks)].sort((a, b) => a - b);
  const step = ordered.slice(1).reduce((least, tick, index) => Math.min(least, tick - ordered[index]), Infinity);
  const power = value => (value > 0 && value < Infinity ? Math.floor(Math.log10(value) + 1e-6) : 0);
  const finest = step < Infinity ? power(step) : power(size) - 2;
  const decimals = Math.max(0, -finest),
    digits = Math.min(16, Math.max(0, power(size) - finest));
  const forms = [
    ...(size < large && (decimals <= mostDecimals || size >= small) ? [tick => tick.toFixed(Math.min(100, decimals))] : []),
    tick => tick.toExponential(digits).replace('e+', 'e'),
  ].map(write => ticks.map(tick => (tick === 0 ? '0' : write(tick))));
  const texts = forms.find(texts => new Set(texts).size === ordered.length) ?? ticks.map(String);
  return texts.map(text => text.replaceAll('-', '−'));
}

function logTicks(low, high, count) {
  const ticks = [];
  for (let power = Math.ceil(Math.log10(low) - 1e-9); power <= Math.log10(high) + 1e-9; power++) ticks.push(10 ** power);
  if (ticks.length >= 4) return ticks;
  const finer = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    finer.push(...[1, 2, 5].map(factor => +(factor * 10 ** power).toPrecision(12)).filter(tick => tick >= low && tick <= high));
  return finer.length >= 2 ? finer : roundTicks(low, high, count);
}

/** The value below which this share of values lies. */
export function quantile(values, share) {
  const ordered = values.filter(Number.isFinite).sort((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))];
}
