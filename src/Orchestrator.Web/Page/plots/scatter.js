// One figure against another, one point for each trial.
import { html, useRef, useState } from '../html.js';
import { Canvas, Tip } from './canvas.js';
import { faint } from './colours.js';
import { fitting, linear, padded, tickTexts } from './scale.js';

const margin = { left: 52, right: 14, top: 12, bottom: 42 },
  height = 320,
  reach = 14,
  gap = 12; // px

/** @param points { id, x, y, text, colour, isMarked? }[]; what is marked has a ring around it */
export function Scatter({ points, xLabel, yLabel, label, onOpen }) {
  const [near, setNear] = useState(null),
    placed = useRef([]);
  const draw = (context, { width, colours }) => {
    const scale = (values, from, to) => {
      const [low, high] = padded(values),
        fitted = fitting(values, from, to);
      return fitted.isLog ? fitted : linear(low, high, from, to);
    };
    const y = scale(
        points.map(point => point.y),
        height - margin.bottom,
        margin.top,
      ),
      rows = y.ticks(5),
      texts = tickTexts(rows);
    const left = Math.max(margin.left, ...texts.map(text => context.measureText(text).width + 16));
    const x = scale(
      points.map(point => point.x),
      left,
      width - margin.right,
    );
    context.clearRect(0, 0, width, height);
    axes(context, { width, colours, x, y, left, rows, texts });
    placed.current = points.map(point => ({ ...point, px: x.at(point.x), py: y.at(point.y) }));
    // The best are drawn last, and lie on top.
    for (const point of placed.current.toReversed()) {
      context.beginPath();
      context.arc(point.px, point.py, point.id === near?.id ? 7 : points.length > 500 ? 3 : 4.5, 0, 2 * Math.PI);
      context.fillStyle = point.colour === 'other' ? faint(colours.soft, 0.55) : colours[point.colour];
      context.fill();
      context.strokeStyle = colours.paper;
      context.stroke();
      if (!point.isMarked) continue;
      context.beginPath();
      context.arc(point.px, point.py, 8, 0, 2 * Math.PI);
      context.strokeStyle = colours.ink;
      context.stroke();
    }
  };

  function axes(context, { width, colours, x, y, left, rows, texts }) {
    context.fillStyle = colours.soft;
    context.strokeStyle = colours.rule;
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    rows.forEach((tick, index) => {
      line(context, left, y.at(tick), width - margin.right, y.at(tick));
      context.fillText(texts[index], left - 8, y.at(tick));
    });
    context.textAlign = 'center';
    const columns = x.ticks(Math.max(2, Math.floor(width / 110))),
      below = tickTexts(columns);
    let free = -Infinity;
    columns.forEach((tick, index) => {
      line(context, x.at(tick), margin.top, x.at(tick), height - margin.bottom);
      const half = context.measureText(below[index]).width / 2;
      if (x.at(tick) - half < free) return; // long ones would stand on each other
      free = x.at(tick) + half + gap;
      context.fillText(below[index], x.at(tick), height - margin.bottom + 14);
    });
    context.fillText(xLabel, (left + width - margin.right) / 2, height - 9);
  }

  const nearest = ({ x, y }) =>
    placed.current.reduce((best, point) => {
      const distance = Math.hypot(point.px - x, point.py - y);
      return distance < (best?.distance ?? reach) ? { ...point, distance } : best;
    }, null);

  return html`<div class="chart"><p class="axis-name">${yLabel}</p>
    <${Canvas} height=${height} label=${label} draw=${draw} inputs=${[points, near?.id]}
      onMove=${at => {
        const point = nearest(at);
        setNear(point && { ...point, width: at.width });
      }} onLeave=${() => setNear(null)}
      onClick=${at => {
        const point = nearest(at);
        if (point) onOpen(point.id);
      }}>
      <${Tip} at=${near && { x: near.px, y: near.py }} width=${near?.width}>${near?.text}<//>
    <//>
  </div>`;
}

function line(context, x1, y1, x2, y2) {
  context.beginPath();
  context.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  context.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
  context.stroke();
}
