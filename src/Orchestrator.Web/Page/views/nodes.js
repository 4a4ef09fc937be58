// The machines: which are there, and what each of their slots does.
import { html, useEffect } from '../html.js';
import { count, plural } from '../format.js';
import { Badge } from '../parts/badge.js';
import { Facts } from '../parts/facts.js';
import { Findings } from '../parts/findings.js';
import { Empty, Failure, Waiting } from '../parts/notice.js';
import { link } from '../router.js';
import { openNodes, useStore } from '../store.js';

export function Nodes() {
  const { nodes, nodesError, sweeps } = useStore();
  useEffect(() => {
    openNodes();
  }, []);
  const slots = nodes?.nodes.flatMap(node => node.slots ?? []) ?? [];
  return html`<div class="heading"><h1>Nodes</h1></div>
    ${nodesError && html`<${Failure} error=${nodesError} what="The newest state of the nodes" />`}
    ${!nodes && !nodesError && html`<${Waiting} what="nodes" />`}
    ${nodes && html`<${Facts} facts=${facts(nodes, slots)} />`}
    ${
      nodes?.nodes.length === 0 &&
      html`<${Empty} title="No node is known.">
      <p>The active coordinator is being elected, or has just begun.</p><//>`
    }
    ${
      nodes &&
      slots.length === 0 &&
      nodes.nodes.length > 0 &&
      html`<p class="notice">No node has slots: nothing is trained until a worker joins.</p>`
    }
    <${Queue} sweeps=${[...(sweeps?.values() ?? [])].filter(({ evaluations }) => evaluations?.pending + evaluations?.running > 0)} />
    <ul class="nodes">${nodes?.nodes.map(node => html`<${Node} key=${node.node ?? node.address} ...${node} />`)}</ul>`;
}

function facts(nodes, slots) {
  const kinds = [...new Set(slots.map(slot => slot.kind))].sort();
  const busy = kind => slots.filter(slot => slot.kind === kind && slot.state !== 'idle').length;
  const all = kind => slots.filter(slot => slot.kind === kind).length;
  return [
    ['Nodes', count(nodes.nodes.length)],
    ...kinds.map(kind => [`Slots, ${kind}`, `${count(busy(kind))} / ${count(all(kind))}`, 'busy']),
    ['Evaluation queue', count(nodes.evaluation_queue), nodes.evaluation_queue === 1 ? 'checkpoint waits' : 'checkpoints wait'],
  ];
}

const Queue = ({ sweeps }) =>
  sweeps.length > 0 &&
  html`<table class="queue"><caption>Evaluations by sweep</caption>
  <thead><tr><th scope="col">sweep</th><th scope="col" class="number">running</th><th scope="col" class="number">waiting</th>
    <th scope="col" class="number">done</th><th scope="col" class="number">failed</th></tr></thead>
  <tbody>${sweeps.map(
    ({ id, name, evaluations }) => html`<tr key=${id}><th scope="row"><a href=${link(['sweeps', id])}>${name}</a></th>
    ${['running', 'pending', 'completed', 'failed'].map(state => html`<td key=${state} class="number">${count(evaluations[state])}</td>`)}
      </tr>`,
  )}</tbody></table>`;

const Node = ({ address, roles = [], status, active_coordinator: isActive, slots = [], findings }) => html`<li class="card">
  <div class="card-head"><h2>${address}</h2>
    <span class=${`badge is-${status === 'up' ? 'completed' : 'failed'}`}>
      <span class="mark" aria-hidden="true">${status === 'up' ? '✓' : '!'}</span>${status}</span>
    ${roles.map(role => html`<span key=${role} class="role">${role}</span>`)}
    ${isActive && html`<span class="role active">active coordinator</span>`}
    <span class="soft when">${slots.length ? plural(slots.length, 'slot') : 'no slots'}</span></div>
  ${
    slots.length > 0 &&
    html`<ul class="slots">${slots.map(
      slot => html`<li key=${`${slot.kind} ${slot.slot}`} class=${`slot is-${slot.state}`}>
    <span class="soft">${slot.kind} ${slot.slot}</span><${Badge} state=${slot.state} />
    ${slot.sweep && html`<a href=${link(['sweeps', slot.sweep, 'trials', slot.trial])}>${slot.sweep} ${slot.trial}</a>`}
      ${slot.attempt > 1 && html`<span class="soft">attempt ${slot.attempt}</span>`}</li>`,
    )}</ul>`
  }
  <${Findings} findings=${findings} /></li>`;
