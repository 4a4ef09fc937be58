// Parallel coordinates: one axis per parameter, the figure that counts last, one line per trial.
// Dragging along an axis keeps what lies within.
import { html, useMemo, useRef, useState } from '../html.js';
import { bits, plural } from '../format.js';
import { compareValues, isLogarithmic, nameOf, numbersOf, orderKey, parameterText, shortName } from '../parameters.js';
import { Canvas, Tip } from './canvas.js';
import { faint } from './colours.js';
import { fitting, tickTexts } from './scale.js';

const top = 44,
  bottom = 20,
  height = 360,
  left = 112,
  right = 58,
  reach = 8,
  leastGap = 78; // px
const longest = 24; // letters of a value
const fewValues = 6,
  aside = 34; // px: those without the parameter stand apart

/** @param rows of trials with a figure, the best first @param paths the parameters @param ranges of those that have one */
export function Parallel({ rows, paths, ranges = {}, onOpen, onShow }) {
  const [kept, setKept] = useState({}),
    [near, setNear] = useState(null),
    drag = useRef(null);
  const axes = useMemo(() => [...paths.map(path => axis(path, rows, ranges[path])), figureAxis(rows)], [rows, paths]);
  const passes = row =>
    Object.entries(kept).every(([index, [low, high]]) => {
      const y = axes[index]?.y(row);
      return y != null && y >= low && y <= high;
    });
  const inside = useMemo(() => rows.filter(passes), [rows, kept, axes]);
  const range = useMemo(() => {
    const values = rows.map(row => row.validation_bits_per_dim).sort((a, b) => a - b);
    return [values[0], values[Math.floor(values.length * 0.9)]];
  }, [rows]);
  const xOf = (index, width) => left + (index * (width - left - right)) / Math.max(1, axes.length - 1);

  const draw = (context, { width, colours }) => {
    context.clearRect(0, 0, width, height);
    const set = new Set(inside),
      opacity = Math.max(0.05, Math.min(0.85, 40 / rows.length));
    context.lineWidth = 1;
    for (const row of rows.toReversed()) if (!set.has(row)) stroke(context, row, width, faint(colours.other, Math.min(0.14, opacity)));
    for (const row of inside.toReversed()) stroke(context, row, width, mixed(colours, row, range, opacity));
    if (near) {
      context.lineWidth = 2.5;
      stroke(context, near.row, width, colours.ink);
      context.lineWidth = 1;
    }
    axes.forEach((axis, index) => drawAxis(context, axis, xOf(index, width), kept[index], colours, index, axes.length));
  };

  function stroke(context, row, width, colour) {
    context.strokeStyle = colour;
    context.beginPath();
    let pen = false;
    axes.forEach((axis, index) => {
      const y = axis.y(row);
      if (y == null) {
        pen = false;
        return;
      }
      if (pen) context.lineTo(xOf(index, width), y);
      else context.moveTo(xOf(index, width), y);
      pen = true;
    });
    context.stroke();
  }

  const axisAt = (x, width) => axes.findIndex((_, index) => Math.abs(xOf(index, width) - x) < 18);
  const nearest = ({ x, y, width }) => {
    const step = (width - left - right) / Math.max(1, axes.length - 1),
      index = Math.max(0, Math.min(axes.length - 2, Math.floor((x - left) / step))),
      share = (x - xOf(index, width)) / step;
    let best = null;
    for (const row of inside) {
      const a = axes[index].y(row),
        b = axes[index + 1]?.y(row);
      if (a == null || b == null) continue;
      const distance = Math.abs(a + (b - a) * share - y);
      if (distance < (best?.distance ?? reach)) best = { row, distance, x, y, width };
    }
    return best;
  };

  const handlers = {
    onDown: (at, event) => {
      const index = axisAt(at.x, at.width);
      if (index >= 0) {
        drag.current = { index, from: at.y };
        event.currentTarget.setPointerCapture(event.pointerId);
      }
    },
    onMove: at => {
      if (!drag.current) return setNear(nearest(at));
      const { index, from } = drag.current,
        span = [Math.min(from, at.y), Math.max(from, at.y)];
      setKept(before => ({ ...before, [index]: span }));
    },
    onUp: at => {
      if (!drag.current) return;
      const { index, from } = drag.current;
      // A click on an axis, without dragging, takes its range away.
      if (Math.abs(at.y - from) < 4) setKept(({ [index]: _, ...rest }) => rest);
      setTimeout(() => {
        drag.current = null;
      });
    },
    onLeave: () => setNear(null),
    onClick: at => {
      if (drag.current) return;
      const found = nearest(at);
      if (found) onOpen(found.row.id);
    },
  };

  const names = axes.map(axis => axis.name).join(', ');
  const isKept = Object.keys(kept).length > 0;
  return html`<div class="parallel">
    <div class="parallel-scroll" tabindex="0" role="group" aria-label="Parallel coordinates, scrolls sideways">
      <div style=${{ minWidth: `${left + right + (axes.length - 1) * leastGap}px` }}>
      <${Canvas} height=${height}
        label=${`Parallel coordinates of ${plural(rows.length, 'trial')}: ${names}. The table of trials has the same values.`}
        draw=${draw} inputs=${[axes, inside, near?.row.id]} ...${handlers}>
        <${Tip} at=${near} width=${near?.width}>${near && `${nameOf(near.row, paths)}: ${bits(near.row.validation_bits_per_dim)} bits/dim`}
          <//>
      <//>
    </div></div>
    <p class="note" role="status">
      ${!isKept && 'Drag along an axis to keep a range. Strong colour is low bits per dimension.'}
      ${
        isKept &&
        html`${plural(inside.length, 'trial')} of ${rows.length} within the ranges.${' '}
        <button type="button" class="link" onClick=${() => setKept({})}>Take the ranges away</button>${' '}
        <button type="button" class="link" disabled=${inside.length === 0}
          onClick=${() => onShow(inside.slice(0, 8).map(row => row.id))}>Compare the best ${Math.min(8, inside.length)}</button>`
      }</p>
  </div>`;
}

function axis(path, rows, range) {
  const values = [...new Set(rows.map(row => row.parameters[path]).filter(value => value != null))].sort(compareValues);
  const isLacking = rows.some(row => row.parameters[path] == null);
  const low = height - bottom,
    from = isLacking ? low - aside : low,
    base = { name: shortName(path), title: path };
  const nowhere = isLacking ? [{ y: low, text: 'not set' }] : [],
    lacking = isLacking ? low : null;
  const numeric = values.length > fewValues || range ? numbersOf(values) : null;
  if (numeric) {
    const scale = fitting(numeric.numbers, from, top, Boolean(range && isLogarithmic(range)));
    return {
      ...base,
      y: row => (row.parameters[path] == null ? lacking : scale.at(orderKey(row.parameters[path]).at)),
      ticks: [...ticksOf(scale, numeric.unit), ...nowhere],
    };
  }
  const step = (from - top) / Math.max(1, values.length - 1);
  const place = new Map(values.map((value, index) => [value, values.length === 1 ? (from + top) / 2 : from - index * step]));
  const ticks = (step > 12 ? values : []).map(value => ({ y: place.get(value), text: parameterText(value) }));
  return { ...base, y: row => place.get(row.parameters[path]) ?? lacking, ticks: [...ticks, ...nowhere] };
}

function ticksOf(scale, unit = '') {
  const values = ends(scale),
    texts = tickTexts(values);
  return values.map((value, index) => ({ y: scale.at(value), text: texts[index] + unit }));
}

function figureAxis(rows) {
  const scale = fitting(
    rows.map(row => row.validation_bits_per_dim),
    height - bottom,
    top,
  );
  return { name: 'validation', isFigure: true, y: row => scale.at(row.validation_bits_per_dim), ticks: ticksOf(scale) };
}

function ends(scale) {
  const apart = 16,
    ticks = scale.ticks(5),
    kept = scale.high > scale.low ? [scale.low, scale.high] : [scale.low];
  for (const tick of ticks) if (kept.every(other => Math.abs(scale.at(other) - scale.at(tick)) > apart)) kept.push(tick);
  return kept;
}

function drawAxis(context, axis, x, range, colours, index, count) {
  context.strokeStyle = colours.ink;
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, height - bottom);
  context.stroke();
  if (range) {
    context.fillStyle = faint(colours.accent, 0.3);
    context.fillRect(x - 6, range[0], 12, range[1] - range[0]);
  }
  const isLast = index === count - 1;
  context.textAlign = isLast ? 'right' : 'center';
  context.textBaseline = 'alphabetic';
  context.fillStyle = colours.ink;
  context.fillText(axis.name, isLast ? x + right - 2 : x, 16 + (index % 2 === 1 && count > 6 ? 14 : 0));
  context.textAlign = isLast ? 'left' : 'right';
  context.textBaseline = 'middle';
  for (const tick of axis.ticks) {
    const text = tick.text.length > longest ? tick.text.slice(0, longest - 1) + '…' : tick.text,
      at = isLast ? x + 6 : x - 6;
    context.lineWidth = 3;
    context.strokeStyle = colours.paper;
    context.strokeText(text, at, tick.y);
    context.lineWidth = 1;
    context.fillStyle = colours.soft;
    context.fillText(text, at, tick.y);
  }
}

/** From grey to the accent, the better the stronger. */
function mixed(colours, row, [low, high], opacity) {
  const share = Math.max(0, Math.min(1, (high - row.validation_bits_per_dim) / (high - low || 1)));
  return share < 0.15 ? faint(colours.other, opacity) : faint(share > 0.6 ? colours.c0 : colours.c6, opacity * (0.4 + 0.6 * share));
}
