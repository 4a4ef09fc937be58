// A canvas as wide as its place and as sharp as the screen.
import { html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';
import { useColours } from './colours.js';

export const font = '12px -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif';

export function useWidth(box) {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const watcher = new ResizeObserver(([entry]) => setWidth(Math.floor(entry.contentRect.width)));
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, []);
  return width;
}

/**
 * @param draw (context, { width, height, colours }) => draws all anew
 * @param inputs what the drawing depends on
 * @param pointer handlers told ({ x, y }, event)
 */
export function Canvas({ height, label, draw, inputs, onMove, onLeave, onClick, onDown, onUp, children }) {
  const box = useRef(),
    canvas = useRef(),
    width = useWidth(box),
    colours = useColours();
  useEffect(() => {
    if (width === 0) return;
    const ratio = devicePixelRatio || 1,
      context = canvas.current.getContext('2d');
    canvas.current.width = width * ratio;
    canvas.current.height = height * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = font;
    draw(context, { width, height, colours });
  }, [width, height, colours, ...inputs]);
  const told = handler => handler && (event => handler({ x: event.offsetX, y: event.offsetY, width }, event));
  return html`<div class="canvas-box" ref=${box}>
    <canvas ref=${canvas} role="img" aria-label=${label} style=${{ width: '100%', height: `${height}px` }}
      onPointerMove=${told(onMove)} onPointerLeave=${told(onLeave)} onClick=${told(onClick)}
      onPointerDown=${told(onDown)} onPointerUp=${told(onUp)}></canvas>
    ${children}
  </div>`;
}

/** A word beside the pointer. */
export const Tip = ({ at, width, children }) =>
  at &&
  html`<div class=${`tip${at.x > width / 2 ? ' left' : ''}`} aria-hidden="true" style=${{ left: `${at.x}px`, top: `${at.y}px` }}>
    ${children}</div>`;
