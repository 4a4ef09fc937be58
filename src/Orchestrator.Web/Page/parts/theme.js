// Light, dark, or as the system has it; kept on this machine.
import { html, useLayoutEffect, useState } from '../html.js';

const key = 'orchestrator.theme',
  choices = { auto: ['◐', 'as the system'], light: ['☀', 'light'], dark: ['☾', 'dark'] };
const stored = () => (choices[localStorage.getItem(key)] ? localStorage.getItem(key) : 'auto');

export function ThemeChoice() {
  const [choice, setChoice] = useState(stored);
  useLayoutEffect(() => {
    // before anything is seen in the colours of before
    if (choice === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    localStorage.setItem(key, choice);
    dispatchEvent(new Event('themechange'));
  }, [choice]);
  const names = Object.keys(choices),
    next = names[(names.indexOf(choice) + 1) % names.length];
  return html`<button type="button" class="quiet" aria-label=${`colours: ${choices[choice][1]}`}
    title=${`Colours: ${choices[choice][1]}. Next: ${choices[next][1]}`} onClick=${() => setChoice(next)}>
    <span aria-hidden="true">${choices[choice][0]}</span></button>`;
}
