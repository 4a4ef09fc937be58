// The page's colours for canvases: custom properties as the browser resolves them, light or dark.
import { useEffect, useState } from '../html.js';

const names = ['ink', 'soft', 'rule', 'paper', 'raised', 'other', 'accent', 'good', 'bad', 'c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'];
export const palette = 8;
let known = null;

export function colours() {
  if (known) return known;
  const probe = document.body.appendChild(document.createElement('span'));
  known = {};
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    known[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return known;
}

export const colourOf = place => (place < palette ? `c${place}` : 'other');

/** Draws again when light turns dark. */
export function useColours() {
  const [, draw] = useState(0);
  useEffect(() => {
    const changed = () => {
      known = null;
      draw(count => count + 1);
    };
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', changed);
    addEventListener('themechange', changed);
    return () => {
      system.removeEventListener('change', changed);
      removeEventListener('themechange', changed);
    };
  }, []);
  return colours();
}

/** @returns the colour with this opacity */
export const faint = (colour, opacity) => colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${opacity})`);
