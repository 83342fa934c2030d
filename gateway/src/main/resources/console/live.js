// Events as they happen: GET /api/orders/stream, read by fetch because EventSource can send no token.
import { send } from './api.js';
import { isSignedIn, SignInOver } from './session.js';

const MOST = 200;
const SILENCE_MS = 45_000; // Three heart-beats.
const LONGEST_PAUSE_MS = 30_000;

/**
 * What is known. state: off, connecting, open, waiting or gap; events: newest first, each {id, orderId, version, type, at, missed}.
 */
export const live = { state: 'off', events: [], missed: 0, missedSince: null };

let lastId = null;
let running = null;

const tell = (detail) => window.dispatchEvent(new CustomEvent('live', { detail }));

function become(state) {
  if (live.state !== state) {
    live.state = state;
    tell(null);
  }
}

/** Splits what comes into events as the HTML standard, section 9.2.6, says. */
export function parser(onEvent) {
  let rest = '';
  let fields = {};
  const line = (text) => {
    if (text === '') {
      onEvent(fields);
      fields = {};
      return;
    }
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(text);
    if (name === 'data' && 'data' in fields) {
      fields.data += `\n${value}`;
    } else if (name) {
      fields[name] = value;
    }
  };
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    lines.forEach(line);
  };
}

function take(fields, since) {
  if (fields.id !== undefined) {
    lastId = fields.id;
  }
  if (!fields.data) {
    return;
  }
  const event = { id: fields.id, ...JSON.parse(fields.data) };
  event.missed = since !== null && Date.parse(event.at) < since;
  if (event.missed) {
    live.missed++;
  }
  live.events = [event, ...live.events].slice(0, MOST);
  tell(event);
}

/** Reads until the stream ends or falls silent. */
async function readStream(attempt) {
  become(lastId === null ? 'connecting' : live.state);
  let watch;
  const hear = () => {
    clearTimeout(watch);
    watch = setTimeout(() => attempt.abort(), SILENCE_MS);
  };
  hear();
  try {
    const response = await send('/api/orders/stream', {
      signal: attempt.signal, limit: null, repeats: false,
      headers: { Accept: 'text/event-stream', ...(lastId === null ? {} : { 'Last-Event-ID': lastId }) },
    });
    // What is older than this connection came while there was none; Date has whole seconds.
    const since = live.missedSince === null ? null : Date.parse(response.headers.get('Date') ?? new Date()) + 1000;
    const text = new TextDecoder();
    const feed = parser((fields) => take(fields, since));
    const reader = response.body.getReader();
    become('open');
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      hear();
      feed(text.decode(part.value, { stream: true }));
    }
  } finally {
    clearTimeout(watch);
  }
}

async function run(signal) {
  let failures = 0;
  while (!signal.aborted && isSignedIn()) {
    const attempt = new AbortController();
    let asked = 0;
    signal.addEventListener('abort', () => attempt.abort(), { once: true });
    try {
      await readStream(attempt);
      failures = 0;
    } catch (failed) {
      if (failed instanceof SignInOver || signal.aborted) {
        break;
      }
      if (failed.code === 'RESUME_POINT_UNKNOWN') {
        lastId = null;
        become('gap');
      }
      failures = live.state === 'open' ? 1 : failures + 1;
      asked = (failed.retryAfter ?? 0) * 1000;
    }
    attempt.abort();
    live.missedSince ??= Date.now();
    become(live.state === 'gap' ? 'gap' : 'waiting');
    const longest = Math.min(500 * 2 ** failures, LONGEST_PAUSE_MS);
    await new Promise((done) => {
      setTimeout(done, Math.max(asked, longest * (0.5 + Math.random() / 2)));
      window.addEventListener('online', done, { once: true });
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

export function startLive() {
  running?.abort();
  running = new AbortController();
  run(running.signal);
}

export function stopLive() {
  running?.abort();
  running = null;
  lastId = null;
  Object.assign(live, { state: 'off', events: [], missed: 0, missedSince: null });
}

/** Somebody has seen what was missed. */
export function seen() {
  live.missed = 0;
  live.missedSince = null;
  live.events = live.events.map((event) => ({ ...event, missed: false }));
  tell(null);
}
