// Keys that work anywhere, and the page that tells about all of them.
import { html, useEffect, useRef } from '../html.js';
import { go } from '../router.js';
import { Dialog } from './dialog.js';

const pages = { s: [], n: ['nodes'] };
const views = { t: 'trials', r: 'rungs', p: 'plots', i: 'pictures', c: 'compare', e: 'journal', f: 'file' };

const table = [
  [
    'Anywhere',
    [
      ['g s', 'sweeps'],
      ['g n', 'nodes'],
      ['/', 'to the filter'],
      ['?', 'these keys'],
      ['Esc', 'close what is open'],
    ],
  ],
  [
    'In a sweep',
    [
      ['t', 'trials'],
      ['r', 'rungs, where a scheduler has some'],
      ['p', 'plots'],
      ['i', 'pictures'],
      ['c', 'compare'],
      ['e', 'events'],
      ['f', 'file'],
    ],
  ],
  [
    'In the table of trials',
    [
      ['↑ ↓  or  k j', 'move'],
      ['Page Up  Page Down  Home  End', 'move further'],
      ['Enter', 'open the trial'],
      ['Space  or  x', 'choose for comparison'],
    ],
  ],
  [
    'In a trial',
    [
      ['[  ]', 'previous, next trial'],
      ['u', 'back to the trials'],
    ],
  ],
];

export function useShortcuts(route, showHelp) {
  // Kept while the route changes: it may do so between the two keys.
  const afterG = useRef(false);
  useEffect(() => {
    const pressed = event => {
      if (
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        event.target.closest('input, textarea, select, dialog')
      )
        return;
      const key = event.key,
        wasG = afterG.current,
        sweep = route.parts[0] === 'sweeps' && route.parts[1];
      afterG.current = key === 'g';
      if (wasG && pages[key]) go(pages[key]);
      else if (key === '?') showHelp();
      else if (key === '/') document.querySelector('input[type=search]')?.focus();
      else if (sweep && views[key]) go(['sweeps', sweep, views[key]]);
      else if (sweep && key === 'u') go(['sweeps', sweep, 'trials']);
      else if (key === '[') document.querySelector('a[rel=prev]')?.click();
      else if (key === ']') document.querySelector('a[rel=next]')?.click();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [route]);
}

export const Shortcuts = ({ onClose }) => html`<${Dialog} title="Keys" wide onClose=${onClose}>
  <div class="shortcuts">${table.map(
    ([where, keys]) => html`<section key=${where}><h3>${where}</h3>
    <dl>${keys.map(
      ([key, what]) =>
        html`<div key=${key}><dt>${key.split('  ').map(part => (part === 'or' ? ' or ' : html`<kbd>${part}</kbd>${' '}`))}</dt>
          <dd>${what}</dd></div>`,
    )}</dl>
  </section>`,
  )}</div>
  <div class="buttons"><button type="button" data-first onClick=${onClose}>Close</button></div>
<//>`;
