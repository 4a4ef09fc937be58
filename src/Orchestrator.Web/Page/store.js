// What the page knows of the cluster: read once, then kept up to date by events. Views draw what is here.
import * as api from './api.js';
import { follow } from './events.js';
import { useEffect, useState } from './html.js';

export const state = {
  connection: { phase: 'connecting', retryAt: 0 },
  /** The server asks who is calling. */
  needsToken: false,
  /** @type {Map<string, object> | null} null until the first answer */
  sweeps: null,
  sweepsError: null,
  /** The sweep that is looked at. */
  sweep: null,
  /** Asked for from the first look at them on. */
  wantsNodes: false,
  nodes: null,
  nodesError: null,
  /** Trials chosen for comparison, by sweep. */
  chosen: new Map(),
};

// ---- telling views ----
const listeners = new Set();
let flush = 0,
  flushed = 0;

/** Views are drawn again at once, or soon where they just were: thousands of trials may report together. */
export function changed() {
  const apart = (state.sweep?.trials?.size ?? 0) > 2000 ? 700 : 120; // ms
  flush ||= setTimeout(
    () => {
      flush = 0;
      flushed = performance.now();
      for (const listener of listeners) listener();
    },
    Math.max(0, flushed + apart - performance.now()),
  );
}

/** What one has just done oneself, or waited for, is not put off. */
function changedNow() {
  flushed = -Infinity;
  clearTimeout(flush);
  flush = 0;
  changed();
}

export function useStore() {
  const [, draw] = useState(0);
  useEffect(() => {
    const listener = () => draw(count => count + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return state;
}

/** At most one call in a while, and always one after the last request. */
function rarely(milliseconds, work) {
  let timer = 0,
    again = false;
  const run = async () => {
    again = false;
    await work();
    timer = setTimeout(() => {
      timer = 0;
      if (again) start();
    }, milliseconds);
  };
  const start = () => {
    timer = -1;
    run();
  };
  return () => (timer ? (again = true) : start());
}

// ---- reading ----
async function loadSweeps() {
  try {
    const { sweeps } = await api.sweeps();
    state.sweeps = new Map(sweeps.map(sweep => [sweep.id, sweep]));
    state.sweepsError = null;
    const open = state.sweep && state.sweeps.get(state.sweep.id);
    if (open) state.sweep.summary = { ...state.sweep.summary, ...open };
  } catch (error) {
    state.sweepsError = error;
  }
  changed();
}

export async function openSweep(id) {
  if (state.sweep?.id !== id)
    state.sweep = {
      id,
      summary: state.sweeps?.get(id) ?? null,
      parameters: [],
      file: null,
      trials: null,
      curves: new Map(),
      version: 0,
      sequence: null,
      /** Trials that were promoted since the page looks, the newest first. */
      promotions: [],
      error: null,
    };
  changed();
  if (begun) await readSweep(state.sweep);
}

async function readSweep(open) {
  try {
    const [detail, { trials }] = await Promise.all([api.sweep(open.id), api.trials(open.id)]);
    open.summary = detail;
    open.parameters = detail.parameters ?? [];
    open.file = detail.file;
    open.trials = new Map(trials.map(row => [row.id, row]));
    open.version++;
    open.error = null;
  } catch (error) {
    open.error = error;
  }
  changedNow();
}

/** Rungs, the front, and parameters of trials that are new. */
async function readSummary() {
  const open = state.sweep;
  if (!open?.trials) return;
  try {
    const detail = await api.sweep(open.id);
    open.summary = detail;
    open.parameters = detail.parameters ?? [];
  } catch {
    return; // what is there stays
  }
  changed();
}

/** Learning curves of these trials, of which only those not yet known are asked for. */
export async function needCurves(names) {
  const open = state.sweep,
    missing = names.filter(name => !open.curves.has(name));
  for (const name of missing) open.curves.set(name, null); // under way
  for (let from = 0; from < missing.length; from += 50) {
    const some = missing.slice(from, from + 50);
    try {
      for (const curve of (await api.curves(open.id, some)).curves)
        open.curves.set(curve.trial, { epochs: curve.epochs, values: curve.validation_bits_per_dim });
    } catch {
      for (const name of some) if (!open.curves.get(name)) open.curves.delete(name);
      return;
    }
    open.version++;
    changed();
  }
}

export async function openNodes() {
  state.wantsNodes = true;
  if (begun) await loadNodes();
}

async function loadNodes() {
  try {
    state.nodes = await api.nodes();
    state.nodesError = null;
  } catch (error) {
    state.nodesError = error;
  }
  changed();
}

// ---- keeping up ----
const refreshSweeps = rarely(3000, loadSweeps); // best figures and time left are not in the events
const refreshSummary = rarely(2000, readSummary);
const refreshNodes = rarely(500, loadNodes);
let connection = null;
/** Reading waits for the events to flow, so that nothing falls between the two; but not for long. */
let begun = false;
const longestWait = 1000; // ms
/** A tab that nobody looks at lets its stream go: browsers allow six connections to one server, for all tabs together. */
const unseen = 60_000; // ms

export function start() {
  api.onUnauthorised(() => {
    state.needsToken = true;
    changed();
  });
  connection = follow({ onEvent: receive, onPhase: phase });
  setTimeout(() => begun || refreshAll(), longestWait);
  let hiding = 0;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(() => connection.sleep(), unseen);
    else connection.now();
  });
}

export const tryNow = () => connection?.now();

export function signIn(token) {
  api.setToken(token);
  state.needsToken = false;
  connection.now();
}

function refreshAll() {
  begun = true;
  loadSweeps();
  if (state.sweep) {
    state.sweep.curves.clear();
    readSweep(state.sweep);
  }
  if (state.wantsNodes) loadNodes();
}

/** What no event brings, and what failed meanwhile. */
function catchUp() {
  loadSweeps();
  if (state.wantsNodes) loadNodes();
  if (state.sweep && (state.sweep.error || !state.sweep.trials)) readSweep(state.sweep);
}

/** @param more of 'live': whether it goes on where it was; of 'lost': when it is tried again */
function phase(name, more) {
  if (name === 'live' && !(more && begun))
    refreshAll(); // Events may have been missed. This is also the first reading.
  else if (name === 'live') catchUp();
  // The next attempt is made in the background: what is said is that the connection is lost, until it is not.
  if (name === 'connecting' && state.connection.phase === 'lost') return;
  state.connection = { phase: name, retryAt: name === 'lost' ? more : 0 };
  changed();
}

function receive(type, data) {
  if (type === 'sweep') sweepChanged(data);
  else if (type === 'deleted') sweepDeleted(data);
  else if (type === 'trial') trialChanged(data);
  else if (type === 'nodes' && state.nodes) refreshNodes();
}

function sweepChanged({ id, sequence, ...news }) {
  const known = state.sweeps?.get(id);
  if (known) state.sweeps.set(id, { ...known, ...news });
  if (state.sweep?.id === id) {
    state.sweep.summary = { ...state.sweep.summary, ...news };
    state.sweep.sequence = sequence;
    refreshSummary();
  }
  refreshSweeps();
  changed();
}

function sweepDeleted({ id }) {
  state.sweeps?.delete(id);
  if (state.sweep?.id === id) state.sweep = { ...state.sweep, trials: null, error: new Error('It was deleted.') };
  changed();
}

function trialChanged({ sweep, row }) {
  const open = state.sweep;
  if (open?.id !== sweep || !open.trials) return;
  const before = open.trials.get(row.id);
  open.trials.set(row.id, row);
  if (row.promotions > (before?.promotions ?? 0)) {
    const promoted = { id: row.id, number: row.promotions, at: new Date() };
    open.promotions = [promoted, ...open.promotions].slice(0, mostPromotions);
  }
  extendCurve(open, before, row);
  open.version++;
  changed();
}

const mostPromotions = 20;

/** The next epoch is added; after a gap, or an epoch done again, the curve is read anew. */
function extendCurve(open, before, row) {
  const curve = open.curves.get(row.id);
  if (!curve || before?.epochs === row.epochs) return;
  if (row.epochs === (curve.epochs.at(-1) ?? 0) + 1) {
    curve.epochs.push(row.epochs);
    curve.values.push(row.validation_bits_per_dim);
  } else {
    open.curves.delete(row.id);
  }
}

// ---- choosing ----
const none = new Set();
export const chosen = sweep => state.chosen.get(sweep) ?? none;

export function choose(sweep, trial) {
  const set = new Set(chosen(sweep));
  if (!set.delete(trial)) set.add(trial);
  state.chosen.set(sweep, set);
  changedNow();
}

export function chooseOnly(sweep, trials) {
  state.chosen.set(sweep, new Set(trials));
  changedNow();
}
