// The rungs at which a scheduler compares trials: who came, who waits, who went on, and how good the best is.
import { bits, count, distance, kernel, percent, time } from '../format.js';
import { html } from '../html.js';
import { nameOf } from '../parameters.js';
import { Empty } from '../parts/notice.js';
import { link } from '../router.js';

export function Rungs({ open }) {
  const rungs = open.summary.rungs ?? [];
  if (rungs.length === 0)
    return html`<${Empty} title="No rung yet."><p>There are some where the sweep's scheduler compares trials at certain epochs, once the
      first trial got to one.</p><//>`;
  const ladders = [...Map.groupBy(rungs, rung => rung.ladder)];
  return html`
    <p class="note">At each rung a part of the configurations goes on to the next one, the best first. The bar is how many came, beside
      the rung that most came to; its dark part is how many went on.</p>
    ${ladders.map(
      ([ladder, steps], number) => html`<${Ladder} key=${ladder} ladder=${ladder} steps=${steps} number=${number}
          isOver=${Boolean(open.summary.ended_at)} />`,
    )}
    <${Promotions} open=${open} />`;
}

function Ladder({ ladder, steps, number, isOver }) {
  const most = Math.max(1, ...steps.map(step => step.arrived)),
    id = `ladder-${number}`;
  return html`<section class="ladder" aria-labelledby=${id}><h2 id=${id}>${ladder ?? 'Rungs'}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label=${`${ladder ?? 'Rungs'}, scrolls sideways`}>
    <table><thead><tr><th scope="col">rung</th><th scope="col" class="number">epochs</th><th scope="col" class="number">arrived</th>
      <th scope="col"><span class="hidden">share</span></th>
      <th scope="col" class="number">waiting</th><th scope="col" class="number">went on</th>
      <th scope="col" class="number">best</th></tr></thead>
    <tbody>${steps.toReversed().map(
      (step, place) => html`<tr key=${step.level}><th scope="row">${steps.length - place}</th>
        <td class="number">${count(step.level)}</td>
        <td class="number">${count(step.arrived)}</td>
        <td class="track"><span class="bar" role="img" aria-label=${`${percent(step.arrived / most)} came here`}
            style=${{ width: `${(100 * step.arrived) / most}%` }}><span class="on"
            style=${{ width: `${(100 * (step.survived ?? step.arrived)) / Math.max(1, step.arrived)}%` }}></span></span></td>
        <td class="number">${step.survived == null || isOver ? '' : count(step.waiting)}</td>
        <td class="number">${step.survived == null ? 'the end' : count(step.survived)}</td>
        <td class="number">${write(step.metric)(step.best)} <small>${unit(step.metric)}</small></td></tr>`,
    )}</tbody></table></div></section>`;
}

const write = metric => (metric.endsWith('bits_per_dim') ? bits : metric.endsWith('kid') ? kernel : distance);
const unit = metric => (metric.endsWith('bits_per_dim') ? 'bits/dim' : metric.endsWith('kid') ? 'KID' : 'FID');

const Promotions = ({ open }) => html`<section aria-labelledby="promotions"><h2 id="promotions">Promotions</h2>
  <p class="note">Since this page looks.${' '}
    <a href=${link(['sweeps', open.id, 'journal'], { filter: 'promoted' })}>Those before are in the events</a>.</p>
  ${
    open.promotions.length === 0
      ? html`<p class="notice">None yet.</p>`
      : html`<ol class="journal" aria-label="Promotions, newest first">${open.promotions.map(
          ({ id, number, at }) => html`<li key=${`${id} ${number}`}>
      <time datetime=${at.toISOString()}>${time(at)}</time>
      <span class="type">rung ${number} → ${number + 1}</span>
      <span class="text"><a href=${link(['sweeps', open.id, 'trials', id])}>
        ${nameOf(open.trials.get(id), open.parameters)}</a></span></li>`,
        )}</ol>`
  }</section>`;
