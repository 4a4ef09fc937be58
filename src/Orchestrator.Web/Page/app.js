// The page: a header, one view chosen by the address, and what may lie over it.
import { html, render, useEffect, useState } from './html.js';
import { Connection } from './parts/connection.js';
import { Shortcuts, useShortcuts } from './parts/shortcuts.js';
import { SignIn } from './parts/sign-in.js';
import { ThemeChoice } from './parts/theme.js';
import { link, useRoute } from './router.js';
import { start, useStore } from './store.js';
import { Nodes } from './views/nodes.js';
import { Sweep } from './views/sweep.js';
import { Sweeps } from './views/sweeps.js';

const icon = new URL('icon.svg', import.meta.url).href;
const sections = [
  ['Sweeps', []],
  ['Nodes', ['nodes']],
];

function App() {
  const route = useRoute(),
    { connection, needsToken } = useStore(),
    [isHelp, setHelp] = useState(false);
  useShortcuts(route, () => setHelp(true));
  const section = route.parts[0] === 'nodes' ? 'nodes' : 'sweeps';
  return html`
    <a class="skip" href="#main" onClick=${event => {
      event.preventDefault();
      document.getElementById('main').focus();
    }}>To the content</a>
    <header class="top">
      <a class="brand" href="#/"><img src=${icon} alt="" width="22" height="22" /><span>Orchestrator</span></a>
      <nav aria-label="Sections">${sections.map(
        ([name, parts]) => html`<a key=${name} href=${link(parts)}
        aria-current=${section === name.toLowerCase() ? 'page' : undefined}>${name}</a>`,
      )}</nav>
      <div class="tools">
        <${Connection} ...${connection} />
        <${ThemeChoice} />
        <button type="button" class="quiet" aria-label="keyboard shortcuts" title="Keys (?)" onClick=${() => setHelp(true)}>?</button>
      </div>
    </header>
    <main id="main" tabindex="-1"><${View} ...${route} /></main>
    ${isHelp && html`<${Shortcuts} onClose=${() => setHelp(false)} />`}
    ${needsToken && html`<${SignIn} />`}`;
}

function View({ parts, query }) {
  const [section, id, ...rest] = parts;
  useEffect(() => {
    document.title = [...parts.slice(1).toReversed(), 'Orchestrator'].join(' · ');
    scrollTo(0, 0); // another view begins at its beginning
  }, [parts.join('/')]);
  if (section === 'nodes') return html`<${Nodes} />`;
  if (section === 'sweeps' && id) return html`<${Sweep} key=${id} id=${id} parts=${rest} query=${query} />`;
  return html`<${Sweeps} />`;
}

start();
const root = document.getElementById('app');
root.replaceChildren();
render(html`<${App} />`, root);
