// Calls of the HTTP API. An error says what the server said; a token, where one is needed, is kept for this tab only.
const tokenKey = 'orchestrator.token';

class ApiError extends Error {
  /** @param status of HTTP; 0 where nothing answered */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const token = () => sessionStorage.getItem(tokenKey);
export const setToken = value => (value ? sessionStorage.setItem(tokenKey, value) : sessionStorage.removeItem(tokenKey));

let unauthorised = () => {};
/** Told whenever the server asks who is calling. */
export const onUnauthorised = listener => {
  unauthorised = listener;
};

const authorization = () => (token() ? { Authorization: `Bearer ${token()}` } : {});

export async function call(path, { method = 'GET', body, contentType, signal, headers = {} } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      body,
      signal,
      cache: 'no-cache',
      headers: { ...authorization(), ...(contentType && { 'Content-Type': contentType }), ...headers },
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'The coordinator does not answer.');
  }
  if (response.ok) return response;
  if (response.status === 401) unauthorised();
  throw new ApiError(response.status, await reason(response));
}

async function reason(response) {
  if (response.status === 401) return token() ? 'The token is not accepted.' : 'A token is needed.';
  try {
    const problem = await response.json();
    if (problem.detail ?? problem.title) return problem.detail ?? problem.title;
  } catch {
    // not a problem document: the status has to do
  }
  if (response.status === 403) return 'This token may look, not act: it needs the role operator.';
  return `The coordinator answered ${response.status} ${response.statusText}`.trim() + '.';
}

const get = async (path, options) => (await call(path, options)).json();
const post = async (path, body, contentType) => (await call(path, { method: 'POST', body, contentType })).json();
const at = (sweep, ...rest) => ['api', 'sweeps', sweep, ...rest].map(encodeURIComponent).join('/');

export const sweeps = () => get('api/sweeps');
export const sweep = id => get(at(id));
export const trials = id => get(at(id, 'trials'));
export const trial = (id, name, signal) => get(at(id, 'trials', name), { signal });
export const curves = (id, names) => get(`${at(id, 'curves')}?trials=${names.map(encodeURIComponent).join(',')}`);
export const compare = (id, other, by) => get(`${at(id, 'compare', other)}${by ? `?${new URLSearchParams({ by })}` : ''}`);
export const journal = (id, after, limit) => get(`${at(id, 'journal')}?after=${after}&limit=${limit}`);
export const tokens = () => get('api/tokens');
export const nodes = () => get('api/nodes');
export const submit = text => post('api/sweeps', text, 'application/yaml');
/** @param verb pause, resume, stop, set, tag, note or retry */
export const act = (id, verb, body) => post(at(id, verb), body && JSON.stringify(body), body && 'application/json');
/** Deletes the sweep for good, or with `isDry` says what would go. */
export const remove = async (id, isDry) => (await call(`${at(id)}?dry_run=${Boolean(isDry)}`, { method: 'DELETE' })).json();
/** Deletes checkpoints of finished sweeps, or with `isDry` says which. */
export const prune = (body, isDry) => post(`api/sweeps/prune?dry_run=${Boolean(isDry)}`, JSON.stringify(body), 'application/json');
/** What a changed sweep file would do, or with `isDone` does. */
export const apply = (id, text, schedule, isDone) =>
  post(`${at(id, 'apply')}?${new URLSearchParams({ dry_run: !isDone, ...(schedule && { schedule }) })}`, text, 'application/yaml');
/** The file of a fork, or with `isDone` the fork itself. @param body name, trial?, set */
export const fork = (id, body, isDone) => post(`${at(id, 'fork')}?dry_run=${!isDone}`, JSON.stringify(body), 'application/json');
export const artifact = (id, name, file, width) => `${at(id, 'trials', name, 'artifacts', file)}${width ? `?width=${width}` : ''}`;
/** The lines after a byte offset, and where to go on. */
export async function log(id, name, after, signal) {
  const response = await call(`${at(id, 'trials', name, 'log')}?after=${after}`, { signal });
  return { text: await response.text(), next: Number(response.headers.get('X-Next') ?? after) };
}
