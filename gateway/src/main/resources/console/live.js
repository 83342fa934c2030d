// Events as they happen: GET /api/orders/stream, read by fetch because EventSource can send no token. Of a person's pages in this
// browser one reads and tells the others: over HTTP/1.1 a browser has six connections to a host, for all of its pages together.
import { send } from './api.js';
import { isSignedIn, SignInOver, subject } from './session.js';

const MOST = 200;
const SILENCE_MS = 45_000; // Three heart-beats.
const LONGEST_PAUSE_MS = 30_000;

/**
 * What is known. state: off, connecting, open, waiting or gap; events: newest first, each {id, orderId, version, type, at, missed}.
 */
export const live = { state: 'off', events: [], missed: 0, missedSince: null };

let lastId = null;
let running = null;
let reads = false; // Whether this page is the one that reads.
let others = null;

const tell = (detail) => window.dispatchEvent(new CustomEvent('live', { detail }));

const tellOthers = () => reads && others?.postMessage({ state: live.state, lastId });

function become(state) {
  if (live.state !== state) {
    live.state = state;
    tell(null);
    tellOthers();
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

/** One that was told by a page which is closed since may come once more, from the stream. */
function add(event) {
  lastId = event.id;
  if (live.events.some((known) => known.id === event.id)) {
    return;
  }
  if (event.missed) {
    live.missed++;
  }
  live.events = [event, ...live.events].slice(0, MOST);
  tell(event);
}

function take(fields, since) {
  if (fields.data) {
    const event = { id: fields.id, ...JSON.parse(fields.data) };
    event.missed = since !== null && Date.parse(event.at) < since;
    add(event);
    others?.postMessage({ event });
  } else if (fields.id !== undefined) {
    lastId = fields.id;
    tellOthers();
  }
}

/** What another page of this person tells or asks. */
function told({ event, state, lastId: place, asks }) {
  if (asks) {
    tellOthers();
  } else if (!reads && event) {
    add(event);
  } else if (!reads) {
    lastId = state === 'gap' ? place : lastId ?? place;
    if (state === 'waiting' || state === 'gap') {
      live.missedSince ??= Date.now();
    }
    become(state);
  }
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

/** The lock is the right to read; the browser gives it to another page when this one is left. */
async function readInTurn(name, signal) {
  try {
    await navigator.locks.request(name, { signal }, async () => {
      reads = true;
      await run(signal);
    });
  } catch (failed) {
    if (!signal.aborted) {
      throw failed;
    }
  } finally {
    reads = false;
  }
}

export function startLive() {
  stopLive();
  running = new AbortController();
  const name = `gatehouse.live.${subject()}`;
  others = new BroadcastChannel(name);
  others.addEventListener('message', ({ data }) => told(data));
  become('connecting');
  others.postMessage({ asks: true });
  readInTurn(name, running.signal);
}

export function stopLive() {
  running?.abort();
  running = null;
  others?.close();
  others = null;
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
