// Who is signed in: authorization code with PKCE (RFC 7636) as a public client. Tokens are kept in this module's memory alone.
import { currentLanguage } from './text.js';

const root = document.documentElement.dataset;
export const publicUrl = root.publicUrl;

const client = root.client;
const redirectUri = new URL('.', location.href).href;
const atHome = new URL(publicUrl).origin === location.origin;

/** The demo accounts' sign-in form can be sent from the platform's own origin only. */
export const isDemo = root.demo === 'true' && atHome;

/** The platform's own client, by which alone an ADMIN manages clients and keys. */
export const isOwnClient = client === 'console';
const scope = 'openid users.read users.write orders.read orders.write';

// No secrets: that somebody was signed in here, so that a reload asks silently; and when somebody signed out, for the other tabs.
const SIGNED_IN = 'gatehouse.signed-in';
const SIGNED_OUT = 'gatehouse.signed-out';
const BEGUN = 'gatehouse.sign-in';
const OF_THE_DOCS = 'sign-in';
const DOCS = ['/docs', '/docs/', '/docs/graphiql'];
const EARLY_MS = 15_000;
const LIMIT_MS = 30_000;

let tokens = null;
let renewing = null;

export class SignInOver extends Error {}

const url = (path) => (atHome ? path : publicUrl + path);
const base64Url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const random = () => base64Url(crypto.getRandomValues(new Uint8Array(32)));
/** What this tab kept for after the way through the sign-in; null when it is nothing of ours. */
function kept(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    sessionStorage.removeItem(name);
    return null;
  }
}

const announce = (why) => window.dispatchEvent(new CustomEvent('session', { detail: why }));

async function redeem(parameters) {
  const response = await fetch(url('/oauth2/token'), {
    method: 'POST',
    body: new URLSearchParams({ ...parameters, client_id: client }),
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw Object.assign(new Error(answer.error_description ?? `HTTP ${response.status}`), {
      code: answer.error, status: response.status, retryAfter: Number(response.headers.get('Retry-After')),
    });
  }
  // A renewal brings no new ID token; signing out needs the first one.
  tokens = { since: Date.now(), ...tokens, ...answer, expires: Date.now() + answer.expires_in * 1000 - EARLY_MS };
  localStorage.setItem(SIGNED_IN, 'yes');
}

function forget(why) {
  if (tokens) {
    tokens = null;
    announce(why);
  }
}

/** The sign-in is over, and nothing here can bring it back (RFC 6749 section 5.2). */
function end() {
  localStorage.removeItem(SIGNED_IN);
  forget('over');
  throw new SignInOver();
}

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** A limit, or a server that is away, passes: only invalid_grant says that it is over. */
async function renew(attempt = 0) {
  if (!tokens?.refresh_token) {
    end();
  }
  try {
    await redeem({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  } catch (failed) {
    if (failed.code === 'invalid_grant') {
      end();
    }
    if (attempt === 4) {
      throw failed;
    }
    await pause(Math.min(failed.retryAfter || 2 ** attempt, 30));
    await renew(attempt + 1);
  }
}

/** One renewal at a time: a refresh token that is used twice ends the whole sign-in. */
export function renewed() {
  renewing ??= renew().finally(() => { renewing = null; });
  return renewing;
}

/** A valid access token. */
export async function accessToken() {
  if (!tokens) {
    throw new SignInOver();
  }
  if (tokens.expires < Date.now()) {
    await renewed();
  }
  return tokens.access_token;
}

export const isSignedIn = () => tokens !== null;

/** What the access token says; null when nobody is signed in. */
const claims = () => (tokens ? JSON.parse(atob(tokens.access_token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))) : null);

/** The id of this page's sign-in, of the claim sid; null when nobody is signed in. */
export const signInId = () => claims()?.sid ?? null;

/** Whose sign-in it is; null when nobody is signed in. */
export const subject = () => claims()?.sub ?? null;

/** Leaves for the sign-in, by way of the sign-up or silently if asked to; comes back to the view that is open. */
export async function signIn({ hint = '', silent = false, signUp = false, maxAge = null } = {}) {
  if (!isSecureContext) {
    throw Object.assign(new Error('PKCE needs a secure context'), { code: 'INSECURE' });
  }
  const verifier = random();
  const state = random();
  sessionStorage.setItem(BEGUN, JSON.stringify({ verifier, state, view: location.hash, silent }));
  const challenge = base64Url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
  const question = new URLSearchParams({
    response_type: 'code', client_id: client, redirect_uri: redirectUri, scope, state,
    code_challenge: challenge, code_challenge_method: 'S256',
    ui_locales: currentLanguage(),
    ...(silent ? { prompt: 'none' } : {}), ...(hint ? { login_hint: hint } : {}),
    ...(maxAge === null ? {} : { max_age: maxAge }),
  });
  const path = `/oauth2/authorize?${question}`;
  const target = publicUrl + (signUp ? `/signup?continue=${base64Url(new TextEncoder().encode(path))}` : path);
  // A silent question leaves no trace in the way back.
  (silent ? location.replace : location.assign).call(location, target);
  return new Promise(() => {});
}

/**
 * The demo accounts' password is no secret: their sign-in form is sent without asking for it. With an error to tell, the form is
 * there for a browser, too, in which somebody else is signed in.
 */
export async function signInAsDemo(email) {
  try {
    const page = await (await fetch('/login?error')).text();
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page)?.[1];
    if (csrf) {
      await fetch('/login', {
        method: 'POST',
        body: new URLSearchParams({ _csrf: csrf, username: email, password: 'correct-horse-battery' }),
      });
    }
  } catch {
    // The page asks for what is missing.
  }
  return signIn({ hint: email });
}

/** The pages under /docs sign in and out by this redirect, too: what was begun there ends there, and nothing else does. */
function ofTheDocs(answer) {
  const begun = kept(OF_THE_DOCS);
  const isAnswered = (begun?.state ?? null) === answer.get('state');
  if (!begun || !DOCS.includes(begun.page) || !isAnswered) {
    return null;
  }
  if (!begun.state) {
    sessionStorage.removeItem(OF_THE_DOCS); // A sign-out, which has no answer to read there.
  }
  return begun.page;
}

/** Whether this tab asked for the answer, by its state, of this issuer (RFC 9207). */
const isAnswerTo = (begun, answer) =>
  begun?.state === (answer.get('state') ?? '') && (answer.get('iss') ?? publicUrl) === publicUrl;

async function finish(answer, begun) {
  sessionStorage.removeItem(BEGUN);
  history.replaceState(null, '', location.pathname + (begun?.view ?? ''));
  if (answer.has('error')) {
    localStorage.removeItem(SIGNED_IN);
    if (begun?.silent) {
      return;
    }
    throw new Error(answer.get('error_description') ?? answer.get('error'));
  }
  await redeem({ grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: redirectUri, code_verifier: begun.verifier });
}

/** On every load: takes up the answer of a sign-in, or asks silently whether one is still there. */
export async function begin() {
  const answer = new URLSearchParams(location.search);
  const docs = ofTheDocs(answer);
  if (docs) {
    location.replace(docs + location.search);
    return new Promise(() => {});
  }
  const begun = kept(BEGUN);
  if ((answer.has('code') || answer.has('error')) && isAnswerTo(begun, answer)) {
    return finish(answer, begun);
  }
  if (location.search) {
    history.replaceState(null, '', location.pathname + location.hash);
  }
  // On another address of the platform than its public one, nobody could sign in.
  const isElsewhere = !atHome && ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
  if (isElsewhere && isOwnClient) {
    location.replace(`${publicUrl}${location.pathname}${location.hash}`);
    return new Promise(() => {});
  }
  return localStorage.getItem(SIGNED_IN) ? signIn({ silent: true }) : undefined;
}

/** Ends the sign-in here and everywhere: its tokens (RFC 7009) and the browser's session (RP-initiated logout). */
export async function signOut() {
  const ended = tokens;
  localStorage.removeItem(SIGNED_IN);
  localStorage.setItem(SIGNED_OUT, Date.now());
  sessionStorage.removeItem(BEGUN);
  await fetch(url('/oauth2/revoke'), {
    method: 'POST',
    body: new URLSearchParams({ client_id: client, token: ended.refresh_token ?? ended.access_token }),
    signal: AbortSignal.timeout(LIMIT_MS / 10),
  }).catch(() => {});
  forget('left');
  location.replace(`${publicUrl}/connect/logout?${new URLSearchParams({
    id_token_hint: ended.id_token, client_id: client, post_logout_redirect_uri: redirectUri,
  })}`);
}

/** The account is gone, and with it the sign-in. */
export function leave() {
  localStorage.removeItem(SIGNED_IN);
  forget('left');
}

window.addEventListener('storage', (event) => {
  if (event.key === SIGNED_OUT) {
    forget('elsewhere');
  }
});

// The back button may bring a page as it was, with tokens of a sign-in that is over.
window.addEventListener('pageshow', (event) => {
  if (event.persisted && Number(localStorage.getItem(SIGNED_OUT)) > (tokens?.since ?? 0)) {
    forget('over');
  }
});
