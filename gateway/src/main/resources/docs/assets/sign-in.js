// Signs in with the authorization code grant and PKCE as the public client "console", whose one redirect is /console/.
// The tokens stay in this tab's session storage; the page one came from is opened again afterwards.
const publicUrl = document.documentElement.dataset.publicUrl;
// made from services.yml by ./gatehouse make: begin sign-in-scopes
const scope = 'openid users.read users.write orders.read orders.write';
// made from services.yml by ./gatehouse make: end
const redirectUri = publicUrl + '/console/';

const base64Url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const random = () => base64Url(crypto.getRandomValues(new Uint8Array(32)));

const stored = () => JSON.parse(sessionStorage.getItem('tokens') ?? 'null');

/** A renewal brings no new ID token; signing out needs the first one. */
function store(answer) {
  sessionStorage.setItem('tokens', JSON.stringify({ ...stored(), ...answer, expires: Date.now() + (answer.expires_in - 10) * 1000 }));
}

async function redeem(parameters) {
  const response = await fetch('/oauth2/token', {
    method: 'POST',
    body: new URLSearchParams({ ...parameters, client_id: 'console' }),
  });
  const answer = await response.json();
  if (!response.ok) {
    throw Object.assign(new Error(answer.error_description ?? 'The sign-in failed'), { code: answer.error });
  }
  store(answer);
}

let renewing;

/** Only this says that the sign-in is over; a limit, or a server that is away, passes (RFC 6749 section 5.2). */
function endWhenOver(failed) {
  if (failed.code === 'invalid_grant') {
    sessionStorage.removeItem('tokens');
  }
}

/** The access token, renewed when it has run out; null when nobody is signed in. */
export async function accessToken() {
  const tokens = stored();
  if (!tokens || tokens.expires > Date.now()) {
    return tokens?.access_token ?? null;
  }
  if (!tokens.refresh_token) {
    sessionStorage.removeItem('tokens');
    return null;
  }
  renewing ??= redeem({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
    .catch(endWhenOver)
    .finally(() => { renewing = undefined; });
  await renewing;
  return stored()?.access_token ?? null;
}

/** Leaves for the sign-in page; comes back to this one. */
export async function signIn() {
  if (location.origin !== new URL(publicUrl).origin) {
    location.assign(publicUrl + location.pathname);
    return;
  }
  const verifier = random();
  const state = random();
  sessionStorage.setItem('sign-in', JSON.stringify({ verifier, state, page: location.pathname }));
  const challenge = base64Url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
  location.assign('/oauth2/authorize?' + new URLSearchParams({
    response_type: 'code', client_id: 'console', redirect_uri: redirectUri, scope, state,
    code_challenge: challenge, code_challenge_method: 'S256',
  }));
}

/** The console has the redirect; it sends the answer on to the page that it was begun on. */
async function finishSignIn() {
  const answer = new URLSearchParams(location.search);
  const begun = JSON.parse(sessionStorage.getItem('sign-in') ?? 'null');
  sessionStorage.removeItem('sign-in');
  if (!answer.has('code') && !answer.has('error')) {
    return;
  }
  history.replaceState(null, '', location.pathname);
  if (answer.has('error')) {
    throw new Error(answer.get('error_description') ?? answer.get('error'));
  }
  if (!begun || begun.state !== answer.get('state')) {
    throw new Error('This sign-in was not begun here; try again');
  }
  await redeem({ grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: redirectUri, code_verifier: begun.verifier });
}

/** Ends the sign-in everywhere, so that the next one may be somebody else's (RP-initiated logout); comes back to this page. */
export function signOut() {
  const tokens = stored();
  sessionStorage.removeItem('tokens');
  if (!tokens?.id_token) {
    location.reload();
    return;
  }
  sessionStorage.setItem('sign-in', JSON.stringify({ page: location.pathname }));
  location.assign('/connect/logout?' + new URLSearchParams({
    id_token_hint: tokens.id_token, client_id: 'console', post_logout_redirect_uri: redirectUri,
  }));
}

/** Shows who is signed in, and lets people change that. */
export async function showWho() {
  const who = document.getElementById('who');
  await finishSignIn().catch((failed) => { who.textContent = failed.message; });
  const token = await accessToken();
  const button = document.getElementById('sign-in');
  button.textContent = token ? 'Sign out' : 'Sign in';
  button.addEventListener('click', token ? signOut : signIn);
  button.disabled = false;
  if (token) {
    const response = await fetch('/api/users/me', { headers: { Authorization: 'Bearer ' + token } });
    who.textContent = response.ok ? (await response.json()).email : 'Signed in';
  }
  return token;
}
