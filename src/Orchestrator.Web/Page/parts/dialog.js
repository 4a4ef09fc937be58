// A modal dialog: the browser keeps the focus inside, Escape closes it, and the focus goes back to where it was.
import { html, useEffect, useRef } from '../html.js';

let headings = 0;

export function Dialog({ title, onClose, children, wide }) {
  const dialog = useRef(),
    heading = useRef(`dialog-${++headings}`);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current.showModal();
    dialog.current.querySelector('[data-first]')?.focus();
    return () => before?.isConnected && before.focus();
  }, []);
  return html`<dialog ref=${dialog} class=${wide ? 'wide' : ''} aria-labelledby=${heading.current}
      onCancel=${event => {
        event.preventDefault();
        onClose();
      }}>
    <h2 id=${heading.current}>${title}</h2>
    ${children}
  </dialog>`;
}
