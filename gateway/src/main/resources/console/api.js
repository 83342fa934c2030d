// Calls of the platform's API, with what every one of them needs.
import { accessToken, publicUrl, renewed, SignInOver } from './session.js';

const base = new URL(publicUrl).origin === location.origin ? '' : publicUrl;
const PATIENCE = 3;
const LONGEST_WAIT = 60;
const LIMIT_MS = 30_000;

// A key that signs sooner than planned, in place of one that leaked, is known to every service within 5 s.
const NEW_KEY_MS = 2_000;

/** A refusal, as section "Errors" of the API's document has it. */
export class ApiError extends Error {
  constructor(status, error, retryAfter) {
    super(error.message);
    Object.assign(this, { status, retryAfter, code: error.code, details: error.details ?? [], requestId: error.requestId });
  }
}

/** Waits, until somebody at the page would rather try at once where that is offered. */
const pause = (ms, signal, isCutShort = false) =>
  new Promise((done, broken) => {
    const over = new AbortController();
    const ends = (end) => (event) => { clearTimeout(timer); over.abort(); end(event); };
    const timer = setTimeout(ends(done), ms);
    signal?.addEventListener('abort', ends(() => broken(signal.reason)), { signal: over.signal });
    if (isCutShort) {
      window.addEventListener('try-now', ends(done), { signal: over.signal });
    }
  });

/** What is waited for is tried at once. */
export const tryNow = () => window.dispatchEvent(new Event('try-now'));

/** A limit does not pass sooner by asking. */
export const canTryNow = (status) => status !== 429;

/** Says how long is waited and why, for the page to show; 0 when the wait is over. */
const tellWait = (seconds, status) =>
  window.dispatchEvent(new CustomEvent('waiting', { detail: { seconds, status } }));

async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  const error = body.error?.code ? body.error : {
    code: `HTTP_${response.status}`, message: response.statusText, requestId: response.headers.get('X-Request-Id'),
  };
  const failed = new ApiError(response.status, error, Number(response.headers.get('Retry-After')) || 0);
  const challenge = response.headers.get('WWW-Authenticate') ?? '';
  if (challenge.includes('insufficient_user_authentication')) {
    failed.code = 'SIGN_IN_AGAIN';
    failed.maxAge = Number(/max_age="(\d+)"/.exec(challenge)?.[1] ?? 0);
  }
  return failed;
}

const noAnswer = () => new ApiError(0, { code: 'NO_ANSWER', message: '' }, 0);

async function token() {
  try {
    return await accessToken();
  } catch (failed) {
    throw failed instanceof SignInOver ? failed : noAnswer();
  }
}

/**
 * The answer to one request. What may be sent again (a read, or a change with If-Match or Idempotency-Key) is, after the
 * time that Retry-After says, or when no answer came, of the service or of the gateway; unless the caller sees to that.
 */
export async function send(path, { method = 'GET', body, headers = {}, signal, keepalive = false, repeats = true, limit = LIMIT_MS } = {}) {
  const isRepeatable = repeats && (method === 'GET' || 'Idempotency-Key' in headers || 'If-Match' in headers);
  let refused = 0;
  for (let attempt = 0; ; attempt++) {
    const bearer = await token();
    let failed;
    try {
      const response = await fetch(base + path, {
        method,
        keepalive,
        signal: AbortSignal.any([signal, limit && AbortSignal.timeout(limit)].filter(Boolean)),
        headers: { ...headers, Authorization: `Bearer ${bearer}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      if (response.ok) {
        return response;
      }
      failed = await refusal(response);
    } catch (broken) {
      if (signal?.aborted) {
        throw broken;
      }
      failed = noAnswer();
    }
    if (failed.status === 401 && failed.maxAge === undefined && refused <= PATIENCE) {
      await (refused++ ? pause(NEW_KEY_MS, signal) : renewed());
    } else if (isRepeatable && attempt < PATIENCE && [0, 429, 502, 503].includes(failed.status)) {
      const seconds = Math.min(failed.retryAfter || 2 ** attempt, LONGEST_WAIT);
      tellWait(seconds, failed.status);
      await pause(seconds * 1000, signal, canTryNow(failed.status)).finally(() => tellWait(0, 0));
    } else {
      throw failed;
    }
  }
}

export const read = async (path, options) => (await send(path, options)).json();

/** A change and its answer, null for a 204. */
export async function change(method, path, body, { version, key } = {}) {
  const response = await send(path, {
    method, body,
    headers: {
      ...(version === undefined ? {} : { 'If-Match': `"${version}"` }),
      ...(key ? { 'Idempotency-Key': key } : {}),
    },
  });
  return response.status === 204 ? null : response.json();
}

/** A path with a query of what is given. */
export function withQuery(path, parameters) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== ''));
  return query.size ? `${path}?${query}` : path;
}

/** All pages of a list, up to a number of pages. */
export async function readAll(path, signal, most = 11) {
  const items = [];
  let cursor = null;
  for (let page = 0; page < most; page++) {
    const list = await read(withQuery(path, { limit: 100, cursor }), { signal });
    items.push(...list.items);
    cursor = list.next;
    if (!cursor) {
      break;
    }
  }
  return items;
}

export const newKey = () => crypto.randomUUID?.() ?? String(crypto.getRandomValues(new Uint32Array(4)));
export { SignInOver };
