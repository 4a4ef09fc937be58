// Learning curves, drawn by uPlot.
import { html, useEffect, useMemo, useRef, useState } from '../html.js';
import { bits } from '../format.js';
import uPlot from '../vendor/uplot.js';
import { Tip, font, useWidth } from './canvas.js';
import { faint, useColours } from './colours.js';
import { quantile, tickTexts } from './scale.js';

const letter = 7; // px, of the values along an axis

/**
 * @param series { label, colour (name), epochs, values, light?, onClick? }[], the most important first
 * @param write how a value is written
 */
export function Curves({ series, label, unit = 'bits/dim', height = 300, write = bits, isCut = true }) {
  const box = useRef(),
    chart = useRef(),
    live = useRef(),
    [near, setNear] = useState(null),
    width = useWidth(box),
    colours = useColours();
  const { data, top } = useMemo(() => aligned(series, isCut), [series]);
  live.current = { series, data, write, top, setNear };
  const shape = series.map(one => `${one.label} ${one.colour} ${one.light}`).join('|');

  const isEmpty = data[0].length === 0;
  useEffect(() => {
    if (width === 0 || isEmpty) return;
    const options = {
      width,
      height,
      legend: { show: false },
      padding: [12, 12, 0, 0],
      cursor: { y: false, focus: { prox: 24 }, drag: { x: false, y: false }, points: { size: 6 } },
      focus: { alpha: 0.35 },
      scales: {
        x: { time: false, range: (_, low, high) => [low, Math.max(high, low + 1)] },
        y: { range: (_, low, high) => range(low, live.current.top ?? high) },
      },
      axes: [
        axis(colours, {
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
          size: 36,
          label: 'epoch',
          labelSize: 18,
          labelFont: font,
          labelGap: 0,
        }),
        axis(colours, {
          size: (_, texts) => Math.max(58, ...(texts ?? []).map(text => 12 + letter * text.length)),
          values: (_, ticks) => tickTexts(ticks),
        }),
      ],
      // The most important is drawn last, and lies on top.
      series: [
        {},
        ...live.current.series.toReversed().map(one => ({
          label: one.label,
          stroke: one.light ? faint(colours[one.colour], 0.45) : colours[one.colour],
          width: one.light || one.colour === 'other' ? 1 : 2,
          spanGaps: true,
          points: { show: (plot, index) => plot.data[index].filter(value => value != null).length === 1 },
        })),
      ],
      hooks: {
        setSeries: [(plot, index) => tell(plot, index, live.current)],
        setCursor: [
          plot =>
            tell(
              plot,
              plot.series.findIndex((one, index) => index > 0 && one._focus),
              live.current,
            ),
        ],
      },
    };
    chart.current = new uPlot(options, live.current.data, box.current);
    chart.current.over.addEventListener('mouseleave', () => live.current.setNear(null));
    return () => {
      chart.current.destroy();
      chart.current = null;
    };
  }, [width, height, colours, shape, isEmpty]);
  useEffect(() => {
    chart.current?.setData(data);
  }, [data]);

  const summary = `${label}. ${series
    .slice(0, 8)
    .map(one => `${one.label}: ${one.values.length ? `${write(one.values.at(-1))} after epoch ${one.epochs.at(-1)}` : 'nothing yet'}`)
    .join('; ')}.`;
  return html`<div class="chart">
    <p class="axis-name">${unit}</p>
    <div class="curves" role="img" aria-label=${summary} ref=${box} style=${{ minHeight: `${height}px` }}>
      ${isEmpty && html`<p class="notice">Reading …</p>`}<${Tip} at=${near} width=${width}>${near?.text}<//></div>
    ${top != null && html`<p class="note">Values above ${write(top)} are cut off.</p>`}
  </div>`;
}

const axis = (colours, more) => ({ stroke: colours.soft, font, ticks: { show: false }, grid: { stroke: colours.rule, width: 1 }, ...more });

const range = (low, high) => {
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - room, high + room];
};

function tell(plot, index, { series, write, setNear }) {
  const at = plot.cursor.idx,
    one = index > 0 ? series[series.length - index] : null;
  const value = one && at != null ? plot.data[index][at] : null;
  if (value == null) return setNear(null);
  setNear({
    x: plot.valToPos(plot.data[0][at], 'x') + plot.bbox.left / devicePixelRatio,
    y: plot.valToPos(value, 'y') + plot.bbox.top / devicePixelRatio,
    text: `${one.label}: ${write(value)}, epoch ${plot.data[0][at]}`,
  });
}

/** All curves over the same epochs; null where one has none. The steep beginning is cut where it would flatten the rest. */
function aligned(series, isCut) {
  const epochs = [...new Set(series.flatMap(one => one.epochs))].sort((a, b) => a - b),
    at = new Map(epochs.map((epoch, index) => [epoch, index]));
  const rows = series.map(one => {
    const row = new Array(epochs.length).fill(null);
    one.epochs.forEach((epoch, index) => {
      row[at.get(epoch)] = one.values[index];
    });
    return row;
  });
  const all = rows.flat().filter(Number.isFinite),
    high = all.reduce((a, b) => Math.max(a, b), -Infinity),
    low = all.reduce((a, b) => Math.min(a, b), Infinity),
    most = quantile(all, 0.85);
  return { data: [epochs, ...rows.toReversed()], top: isCut && all.length > 20 && high - low > 2.5 * (most - low) ? most : null };
}
