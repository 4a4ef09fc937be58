// From values to pixels and back, with round ticks. Pure.

export function linear(low, high, from, to) {
  const span = high - low || 1;
  return { low, high, at: value => from + (value - low) / span * (to - from), back: pixel => low + (pixel - from) / (to - from) * span, ticks: count => roundTicks(low, high, count), isLog: false };
}

function logarithmic(low, high, from, to) {
  const inner = linear(Math.log10(low), Math.log10(high), from, to);
  return { ...inner, low, high, at: value => inner.at(Math.log10(value)), back: pixel => 10 ** inner.back(pixel), ticks: count => logTicks(low, high, count), isLog: true };
}

/** Logarithmic where all values are positive and span more than a factor of 20. */
export function fitting(values, from, to) {
  const low = Math.min(...ends(values, Math.min)), high = Math.max(...ends(values, Math.max));
  return low > 0 && high / low > 20 ? logarithmic(low, high, from, to) : linear(low, high, from, to);
}

// Math.min(...values) of many thousand values would overflow the stack.
const ends = (values, pick) => [values.reduce((a, b) => pick(a, b), values[0])];

export function padded(values, share = 0.05) {
  const [low] = ends(values, Math.min), [high] = ends(values, Math.max), room = (high - low || Math.abs(high) || 1) * share;
  return [low - room, high + room];
}

function roundTicks(low, high, count) {
  const raw = (high - low) / Math.max(1, count), power = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 5, 10].map(factor => factor * power).find(step => step >= raw) ?? raw;
  const ticks = [];
  for (let tick = Math.ceil(low / step); tick * step <= high + step * 1e-9; tick++) ticks.push(+(tick * step).toPrecision(12));
  return ticks;
}

function logTicks(low, high, count) {
  const ticks = [];
  for (let power = Math.ceil(Math.log10(low) - 1e-9); power <= Math.log10(high) + 1e-9; power++) ticks.push(10 ** power);
  if (ticks.length >= 4) return ticks;
  const finer = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) finer.push(...[1, 2, 5].map(factor => +(factor * 10 ** power).toPrecision(12)).filter(tick => tick >= low && tick <= high));
  return finer.length >= 2 ? finer : roundTicks(low, high, count);
}

/** The value below which this share of values lies. */
export function quantile(values, share) {
  const ordered = values.filter(Number.isFinite).sort((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))];
}
