// Everything of single trials, which the list of trials leaves out.
import * as api from './api.js';
import { useEffect, useRef, useState } from './html.js';

/**
 * Read one after the other, and again when it may have changed; until then, and where that fails, the one before stays.
 * @param versionOf a row: when it is another, the trial is read again
 * @returns by the trials' names: what the API says as `detail`, what failed as `error`
 */
export function useDetails(sweep, rows, versionOf) {
  const known = useRef(new Map());
  const [, draw] = useState(0);
  const wanted = rows.map(row => ({ id: row.id, version: versionOf(row) }));
  useEffect(() => {
    const abort = new AbortController();
    read(sweep, wanted, known.current, abort.signal, () => draw(count => count + 1));
    return () => abort.abort();
  }, [sweep, wanted.map(({ id, version }) => `${id} ${version}`).join()]);
  return known.current;
}

async function read(sweep, wanted, known, signal, changed) {
  for (const { id, version } of wanted) {
    const before = known.get(id);
    if (before?.version === version) continue;
    try {
      known.set(id, { version, detail: await api.trial(sweep, id, signal) });
    } catch (error) {
      if (error.name === 'AbortError') return;
      known.set(id, { ...before, version, error });
    }
    changed();
  }
}
